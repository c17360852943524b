import { ActionIcon, Button, Menu, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import {
  Check,
  CircleAlert,
  Download,
  FileClock,
  FlaskConical,
  History,
  Play,
  Redo2,
  Save,
  TriangleAlert,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { runCommand } from '../app/commands';
import { TopBar } from '../app/top-bar';
import { type EditorState, type EditorStore, isDirty } from '../editor/editor-store';
import { t } from '../i18n/t';
import { budgetWords } from '../canvas/marks';
import { keyCaps } from '../app/shortcuts';
import { useDraft } from '../ui/use-draft';
import { type StoreApi, useStore } from 'zustand';

interface Props {
  readonly editor: EditorStore;
  /** Changes with every picture while one zooms: only the number listens to it. */
  readonly zoom: StoreApi<number>;
  readonly onProblems: () => void;
}

/** Name, history, zoom, problems, and what one does with a flow. */
export function DesignerBar({ editor, zoom, onProblems }: Props) {
  return (
    <TopBar>
      <FlowName editor={editor} />
      <SaveState editor={editor} />
      <span className="bar-rule" />
      <HistoryButtons editor={editor} />
      <span className="bar-rule" />
      <BarIcon
        command="canvas.zoomOut"
        label={t('canvas.zoomOut')}
        icon={<ZoomOut size={16} aria-hidden />}
        keys="-"
      />
      <Zoom zoom={zoom} />
      <BarIcon
        command="canvas.zoomIn"
        label={t('canvas.zoomIn')}
        icon={<ZoomIn size={16} aria-hidden />}
        keys="+"
      />
      <span className="grow" />
      <ProblemBadge editor={editor} onClick={onProblems} />
      <BudgetBadge editor={editor} />
      <ExportMenu />
      <Button
        variant="default"
        leftSection={<FlaskConical size={14} aria-hidden />}
        onClick={() => runCommand('run.rehearse')}
      >
        {t('designer.rehearse')}
      </Button>
      <Button leftSection={<Play size={14} aria-hidden />} onClick={() => runCommand('run.start')}>
        {t('designer.run')}
      </Button>
    </TopBar>
  );
}

function Zoom({ zoom }: { readonly zoom: StoreApi<number> }) {
  const percent = useStore(zoom, (factor) => Math.round(factor * 100));
  return (
    <Tooltip label={t('canvas.fit')}>
      <UnstyledButton
        className="zoom num"
        aria-label={t('designer.zoom', { percent })}
        onClick={() => runCommand('canvas.fit')}
      >
        {percent} %
      </UnstyledButton>
    </Tooltip>
  );
}

function BarIcon(props: {
  readonly command: string;
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly keys: string;
  readonly disabled?: boolean;
}) {
  return (
    <Tooltip label={`${props.label}  ${keyCaps(props.keys).join(' ')}`}>
      <ActionIcon
        aria-label={props.label}
        disabled={props.disabled ?? false}
        onClick={() => runCommand(props.command)}
      >
        {props.icon}
      </ActionIcon>
    </Tooltip>
  );
}

function FlowName({ editor }: { readonly editor: EditorStore }) {
  const name = useStore(editor, (s) => s.history.present.name);
  const version = useStore(editor, (s) => s.history.present.version);
  const [text, setText] = useDraft(name);
  const commit = () => {
    const next = text.trim();
    if (next === '' || next === name) return setText(name);
    editor.getState().edit(t('inspector.edit.rename', { name: next }), (doc) => ({ ...doc, name: next }));
  };
  return (
    <>
      <h1 className="sr-only">{name}</h1>
      <TextInput
        className="flow-name"
        variant="unstyled"
        aria-label={t('designer.name')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setText(name);
        }}
        styles={{ input: { width: `${Math.min(36, Math.max(8, text.length + 1))}ch` } }}
      />
      <span className="meta num">{version}</span>
    </>
  );
}

function SaveState({ editor }: { readonly editor: EditorStore }) {
  const dirty = useStore(editor, isDirty);
  const saving = useStore(editor, (s) => s.saving);
  if (!dirty) {
    return (
      <span className="meta row saved" role="status">
        <Check size={13} aria-hidden /> {t('designer.saved')}
      </span>
    );
  }
  return (
    <Tooltip label={`${t('designer.unsavedHelp')}  ${keyCaps('Mod+S').join(' ')}`} multiline maw={280}>
      <Button
        size="compact-xs"
        variant="light"
        loading={saving}
        leftSection={<Save size={13} aria-hidden />}
        onClick={() => runCommand('file.save')}
      >
        {t('designer.save')}
      </Button>
    </Tooltip>
  );
}

function HistoryButtons({ editor }: { readonly editor: EditorStore }) {
  const history = useStore(editor, (s) => s.history);
  const steps = [...history.past.map((step) => step.label), ...history.future.map((step) => step.label)];
  const at = history.past.length - 1;
  return (
    <>
      <BarIcon
        command="edit.undo"
        keys="Mod+Z"
        disabled={at < 0}
        label={at < 0 ? t('designer.undo') : t('designer.undoWhat', { what: history.past[at]?.label ?? '' })}
        icon={<Undo2 size={16} aria-hidden />}
      />
      <BarIcon
        command="edit.redo"
        keys="Mod+Y"
        disabled={history.future.length === 0}
        label={t('designer.redo')}
        icon={<Redo2 size={16} aria-hidden />}
      />
      <Menu position="bottom-start">
        <Menu.Target>
          <ActionIcon aria-label={t('designer.history')}>
            <History size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={360} className="scroll">
          {steps
            .map((label, index) => (
              <Menu.Item
                key={index}
                data-future={index > at}
                leftSection={index === at ? <Check size={13} aria-hidden /> : <span className="gap-13" />}
                onClick={() => editor.getState().travel(index)}
              >
                {label}
              </Menu.Item>
            ))
            .toReversed()}
          <Menu.Item leftSection={<span className="gap-13" />} onClick={() => editor.getState().travel(-1)}>
            {t('designer.historyStart')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<FileClock size={13} aria-hidden />}
            onClick={() => runCommand('file.versions')}
          >
            {t('versions.open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

const countOf = (severity: 'error' | 'warning') => (s: EditorState) =>
  s.report.problems.filter((p) => p.severity === severity).length;

function ProblemBadge({ editor, onClick }: { readonly editor: EditorStore; readonly onClick: () => void }) {
  const errors = useStore(editor, countOf('error'));
  const warnings = useStore(editor, countOf('warning'));
  const bad = errors > 0;
  const label =
    errors + warnings === 0
      ? t('designer.noProblems')
      : [
          errors ? t('canvas.problems.errors', { count: errors }) : '',
          warnings ? t('canvas.problems.warnings', { count: warnings }) : '',
        ]
          .filter(Boolean)
          .join(', ');
  const tint = bad ? 'red' : warnings ? 'amber' : 'green';
  const Icon = bad ? CircleAlert : warnings ? TriangleAlert : Check;
  return (
    <UnstyledButton className={`badge tint-${tint} num`} onClick={onClick} aria-label={label} title={label}>
      <Icon size={13} aria-hidden />
      <span>{errors + warnings === 0 ? t('designer.valid') : bad ? errors : warnings}</span>
    </UnstyledButton>
  );
}

function BudgetBadge({ editor }: { readonly editor: EditorStore }) {
  const budget = useStore(editor, (s) => s.history.present.budget);
  const words = budget ? budgetWords(budget) : '';
  if (words === '') return null;
  return (
    <span className="meta num budget-badge" title={t('canvas.mark.budget', { words })}>
      {words.split(', ')[0]}
    </span>
  );
}

function ExportMenu() {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={14} aria-hidden />}>
          {t('designer.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['json', 'bundle', 'markdown', 'mermaid'] as const).map((target) => (
          <Menu.Item key={target} onClick={() => runCommand(`file.export.${target}`)}>
            {t(`designer.export.${target}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
