/** An unfinished run whose flow was edited since: whether it can go on under the edited one, and the step that does it. */
import { Button } from '@mantine/core';
import { ArrowRightLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { act, toast } from '../app/toasts';
import { request, sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';
import { editedFlow } from './edited-flow';
import { isEnded } from './run-store';
import { useFlowPath } from './use-flow-path';
import { useRun } from './use-run';

type Verdict = { readonly document: Flow } | { readonly error: string; readonly hint: string | undefined };

export function MoveRun() {
  const flow = useRun((s) => s.flow);
  const isOpen = useRun((s) => s.at === undefined && !isEnded(s.trace.run.status));
  const path = useFlowPath(flow?.id ?? '');
  return flow && path !== undefined && isOpen ? <MoveTo key={path} flow={flow} path={path} /> : null;
}

function useIsEdited(flow: Flow, path: string): boolean {
  const [isEdited, setEdited] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    editedFlow(path, flow).then(
      (edited) => isCurrent && setEdited(edited !== undefined),
      () => undefined, // a file that cannot be read offers nothing to move to
    );
    return () => {
      isCurrent = false;
    };
  }, [flow, path]);
  return isEdited;
}

/** Asked for the record as it stands: what has happened since may make another answer of it. */
function useVerdict(flow: Flow, path: string) {
  const runId = useRun((s) => s.runId);
  const lastSeq = useRun((s) => s.trace.lastSeq);
  const [answer, setAnswer] = useState<{ readonly seq: number; readonly verdict: Verdict }>();
  const [isBusy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    try {
      const document = await editedFlow(path, flow);
      if (!document) return;
      await request('run.migrate', { runId, document, check: true });
      setAnswer({ seq: lastSeq, verdict: { document } });
    } catch (failure) {
      const { message, hint } = sentenceOf(failure);
      setAnswer({ seq: lastSeq, verdict: { error: message, hint } });
    } finally {
      setBusy(false);
    }
  };
  const move = (document: Flow) =>
    act(async () => {
      await request('run.migrate', { runId, document, check: false });
      toast(t('run.move.done'));
    });
  return { verdict: answer?.seq === lastSeq ? answer.verdict : undefined, isBusy, check, move };
}

function MoveTo({ flow, path }: { readonly flow: Flow; readonly path: string }) {
  const isEdited = useIsEdited(flow, path);
  const { verdict, isBusy, check, move } = useVerdict(flow, path);
  if (!isEdited) return null;
  const fits = verdict !== undefined && 'document' in verdict;
  return (
    <section className="callout tint-slate" aria-label={t('run.move')}>
      <strong>{t('run.move')}</strong>
      <p>{t('run.move.help')}</p>
      <div role="status">
        {verdict === undefined ? null : fits ? (
          <p>{t('run.move.fits')}</p>
        ) : (
          <p className="field-error">
            {verdict.error} {verdict.hint}
          </p>
        )}
      </div>
      <div className="row move-run">
        {fits ? (
          <Button size="compact-sm" onClick={() => move(verdict.document)}>
            {t('run.move.do')}
          </Button>
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<ArrowRightLeft size={13} aria-hidden />}
            loading={isBusy}
            onClick={() => void check()}
          >
            {t('run.move.check')}
          </Button>
        )}
      </div>
    </section>
  );
}
