import { Button } from '@mantine/core';
import { Plug } from 'lucide-react';
import { useState } from 'react';
import { request, sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';

interface Props {
  readonly provider: string;
  readonly model: string;
  readonly baseURL?: string | undefined;
  readonly secret?: string | undefined;
}

/** Asks the model for one word, so that a wrong address or key shows before a run. */
export function TestModel({ provider, model, baseURL, secret }: Props) {
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const test = () => {
    setBusy(true);
    request('model.test', { provider, model, ...(baseURL ? { baseURL } : {}), ...(secret ? { secret } : {}) })
      .then((result) =>
        setWords(result.ok ? t('inspector.model.works', { ms: result.latencyMs }) : result.message),
      )
      .catch((error: unknown) => setWords(sentenceOf(error).message))
      .finally(() => setBusy(false));
  };
  return (
    <div className="row grow">
      <Button variant="default" loading={busy} leftSection={<Plug size={13} aria-hidden />} onClick={test}>
        {t('inspector.model.test')}
      </Button>
      <span role="status" className="meta grow">
        {words}
      </span>
    </div>
  );
}
