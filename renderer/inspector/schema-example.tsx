/** Describes a shape from an example that is pasted. */
import { ActionIcon, Button, Popover, Textarea } from '@mantine/core';
import { ClipboardPaste } from 'lucide-react';
import { useState } from 'react';
import type { Json, JsonObject } from '../../shared/base/json';
import { schemaFromExample } from '../../shared/spec/schema-from-example';
import { t } from '../i18n/t';

interface Props {
  readonly label: string;
  readonly onSchema: (schema: JsonObject) => void;
}

export function SchemaExample({ label, onSchema }: Props) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const take = () => {
    const example = readExample(text);
    if (example === undefined) return setProblem(t('inspector.example.notJson'));
    onSchema(schemaFromExample(example));
    setOpen(false);
    setText('');
    setProblem(undefined);
  };
  return (
    <Popover opened={open} onChange={setOpen} width={360} position="left-start" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          size={20}
          aria-label={t('inspector.example.open', { label })}
          title={t('inspector.example.openShort')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <ClipboardPaste size={13} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('inspector.example.open', { label })}>
        <form
          className="builder"
          onSubmit={(event) => {
            event.preventDefault();
            take();
          }}
        >
          <Textarea
            autosize
            minRows={5}
            maxRows={14}
            classNames={{ input: 'mono' }}
            label={t('inspector.example.text')}
            description={t('inspector.example.help')}
            placeholder={'{ "ticket": "My order is late", "total": 49.9 }'}
            error={problem}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="row">
            <Button type="submit" disabled={text.trim() === ''}>
              {t('inspector.example.take')}
            </Button>
            <Button variant="default" onClick={() => setOpen(false)}>
              {t('ui.cancel')}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Undefined when the text is no JSON. */
export function readExample(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch {
    return undefined;
  }
}
