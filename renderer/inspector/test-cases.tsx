/** The tests a flow carries: an input, what people answer, what goes wrong, and how it has to end. */
import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { Plus } from 'lucide-react';
import { isJsonObject, type Json } from '../../shared/base/json';
import { allNodeIds, nodeAt } from '../../shared/editing/graphs';
import { setIn } from '../../shared/editing/set-in';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { Answer, Answers, Fault, TestCase } from '../../shared/spec/parts';
import { portsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { FaultList, type FaultDraft, faultsOf } from '../rehearsal/fault-list';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { type FormHost, FormProvider, problemsUnder, useForm, useIssues, useValue } from './form';
import { applyFix, type HostInput } from './hosts';
import { sampleValue } from './preview/sample-value';
import { Section } from './section';
import { NumberControl, RemoveButton, TextControl } from './text-controls';
import { ShapedValue, ValueControl } from './value-control';
import '../rehearsal/rehearsal.css';

const STATUSES = ['completed', 'failed', 'cancelled', 'waiting', 'paused'] as const;

export function TestsSection({ input }: { readonly input: HostInput }) {
  const tests = input.flow.tests ?? [];
  const change = (next: readonly TestCase[]) =>
    input.edit(t('testing.edit.tests'), (doc) => setIn(doc, ['tests'], next.length > 0 ? next : undefined));
  const add = () =>
    change([
      ...tests,
      {
        name: t('testing.new', { number: tests.length + 1 }),
        ...(input.flow.input === undefined ? {} : { input: sampleValue(input.flow.input, input.flow) }),
        expect: { status: 'completed' },
      },
    ]);
  return (
    <Section id="flow:tests" title={t('testing.title')} summary={tests.map((test) => test.name).join(', ')}>
      <NumberControl
        path={['rehearsal', 'seed']}
        label={t('testing.seed')}
        help={t('testing.seed.help')}
        step={1}
        fallback={1}
      />
      {tests.length === 0 ? <p className="meta">{t('testing.none')}</p> : null}
      {tests.map((test, i) => (
        <Section
          key={i}
          id={`test:${i}`}
          title={test.name}
          issues={problemsUnder(input.problems, `/tests/${i}`).length}
          aside={<RemoveButton what={test.name} onRemove={() => change(tests.toSpliced(i, 1))} />}
        >
          <FormProvider host={testHost(input, i, test)}>
            <TestFields test={test} />
          </FormProvider>
        </Section>
      ))}
      <Button variant="default" leftSection={<Plus size={13} aria-hidden />} onClick={add}>
        {t('testing.add')}
      </Button>
    </Section>
  );
}

function testHost(input: HostInput, index: number, test: TestCase): FormHost {
  return {
    flow: input.flow,
    key: `test:${index}`,
    edit: input.edit,
    problems: problemsUnder(input.problems, `/tests/${index}`),
    applyFix: (problem) => applyFix(input.edit, problem),
    value: test,
    place: { type: 'agent' },
    set: (path, value) =>
      input.edit(
        t('testing.edit.tests'),
        (doc) => setIn(doc, ['tests', index], kept(setIn(doc.tests?.[index] ?? test, path, value))),
        `test:${index}:${path.join('.')}`,
      ),
  };
}

/** `expect` is always there, even when it asks for nothing. */
function kept(test: Partial<TestCase>): object {
  return { ...test, expect: test.expect ?? {} };
}

function TestFields({ test }: { readonly test: TestCase }) {
  const { flow } = useForm();
  return (
    <>
      <TextControl path={['name']} label={t('inspector.name')} required />
      <ValueControl
        path={['input']}
        label={t('testing.input')}
        schema={flow.input ?? true}
        start={() => sampleValue(flow.input, flow)}
      />
      <AnswersControl />
      <FaultsControl faults={test.faults ?? []} />
      <TextControl path={['cassette']} label={t('testing.cassette')} help={t('testing.cassette.help')} />
      <StatusControl />
      <ValueControl
        path={['expect', 'output']}
        label={t('testing.output')}
        schema={flow.output ?? true}
        start={() => sampleValue(flow.output, flow)}
      />
      <PathControl />
    </>
  );
}

function StatusControl() {
  const [value, set] = useValue<string>(['expect', 'status']);
  return (
    <Field label={t('testing.status')} issues={useIssues(['expect', 'status'])}>
      {(ids) => (
        <Select
          {...ids}
          clearable
          clearButtonProps={{ 'aria-label': t('inspector.clear', { label: t('testing.status') }) }}
          placeholder={t('testing.status.any')}
          data={STATUSES.map((status) => ({ value: status, label: t(`testing.status.${status}`) }))}
          value={value ?? null}
          onChange={(next) => set(next ?? undefined)}
        />
      )}
    </Field>
  );
}

/** The nodes it has to pass, in order; the same one may come twice. */
function PathControl() {
  const { flow } = useForm();
  const [value, set] = useValue<readonly string[]>(['expect', 'path']);
  const list = value ?? [];
  const change = (next: readonly string[]) => set(next.length > 0 ? next : undefined);
  const nodes = [...allNodeIds(flow)].map((id) => ({
    value: id,
    label: nameOf(id, nodeAt(flow, id) ?? { kind: 'start' }),
  }));
  const label = t('testing.path');
  return (
    <div className="field" role="group" aria-label={label}>
      <div className="field-label">
        <span>{label}</span>
      </div>
      <div className="rows" {...sortList}>
        {list.map((id, i) => (
          <div className="row" key={i} {...sortRow}>
            <DragHandle index={i} count={list.length} what={id} onMove={(to) => change(moved(list, i, to))} />
            <Select
              className="grow"
              searchable
              aria-label={t('inspector.nth', { label, number: i + 1 })}
              data={nodes}
              value={id}
              onChange={(next) => next && change(list.with(i, next))}
            />
            <RemoveButton what={id} onRemove={() => change(list.toSpliced(i, 1))} />
          </div>
        ))}
      </div>
      <Button
        variant="subtle"
        leftSection={<Plus size={13} aria-hidden />}
        onClick={() => {
          const next = nodes.find((node) => !list.includes(node.value)) ?? nodes[0];
          if (next) change([...list, next.value]);
        }}
      >
        {t('testing.path.add')}
      </Button>
      <div className="field-help">{t('testing.path.help')}</div>
    </div>
  );
}

function FaultsControl({ faults }: { readonly faults: readonly Fault[] }) {
  const { flow } = useForm();
  const [, set] = useValue<readonly Fault[]>(['faults']);
  return (
    <div className="field" role="group" aria-label={t('rehearsal.faults')}>
      <div className="field-label">
        <span>{t('rehearsal.faults')}</span>
      </div>
      <FaultList
        flow={flow}
        faults={faults.map(draftOf)}
        onChange={(next) => set(next.length === 0 ? undefined : mergeFaults(faults, next))}
      />
    </div>
  );
}

const draftOf = (fault: Fault, index: number): FaultDraft => ({
  id: index + 1,
  node: fault.node,
  attempt: fault.attempt,
  kind: fault.kind,
  share: Math.round((fault.probability ?? 1) * 100),
  retryAfter: fault.retryAfter,
  latency: fault.latency,
  when: fault.when,
});

/** What the rows do not show of a fault stays with it. */
export function mergeFaults(before: readonly Fault[], drafts: readonly FaultDraft[]): readonly Fault[] {
  return drafts.flatMap((draft) => {
    const { probability: _share, retryAfter, latency, when, ...rest } = before[draft.id - 1] ?? {};
    const unseen = {
      ...(draft.kind === 'rate_limited' || retryAfter === undefined ? {} : { retryAfter }),
      ...(draft.kind === 'slow' || latency === undefined ? {} : { latency }),
      ...(draft.kind === 'crash' || when === undefined ? {} : { when }),
    };
    return faultsOf([draft]).map((fault) => ({ ...rest, ...unseen, ...fault }));
  });
}

/** What people decide, by the node that asks them. A list is used visit by visit. */
function AnswersControl() {
  const { flow } = useForm();
  const [value, set] = useValue<Answers>(['answers']);
  const answers = value ?? {};
  const people = [...allNodeIds(flow)].filter((id) => nodeAt(flow, id)?.kind === 'human');
  const keys = Object.keys(answers);
  const label = t('testing.answers');
  const choose = (names: readonly string[]) => {
    const next = names.map(
      (name) => [name, answers[name] ?? { choice: choicesOf(flow, name)[0] ?? 'approved' }] as const,
    );
    set(next.length === 0 ? undefined : Object.fromEntries(next));
  };
  return (
    <>
      <Field label={label} help={t('testing.answers.help')} issues={useIssues(['answers'])}>
        {(ids) => (
          <MultiSelect
            {...ids}
            placeholder={keys.length > 0 ? '' : t('testing.answers.none')}
            data={[...new Set([...people, ...keys])].map((id) => ({
              value: id,
              label: nameOf(id, nodeAt(flow, id) ?? { kind: 'start' }),
            }))}
            value={keys}
            onChange={choose}
          />
        )}
      </Field>
      {keys.map((key) => (
        <AnswersOf key={key} name={key} given={answers[key] ?? []} />
      ))}
    </>
  );
}

function AnswersOf({ name, given }: { readonly name: string; readonly given: Answer | readonly Answer[] }) {
  const { flow, set } = useForm();
  const list: readonly Answer[] = Array.isArray(given) ? given : [given as Answer]; // not a list: one answer
  const title = nameOf(name, nodeAt(flow, name) ?? { kind: 'start' });
  const change = (next: readonly Answer[]) =>
    set(['answers', name], next.length === 0 ? undefined : next.length === 1 ? next[0] : next);
  return (
    <div className="nested" role="group" aria-label={title}>
      {list.map((answer, i) => (
        <AnswerFields
          key={i}
          name={name}
          title={list.length === 1 ? title : t('testing.answers.visit', { title, number: i + 1 })}
          answer={answer}
          onChange={(next) => change(list.with(i, next))}
          onRemove={() => change(list.toSpliced(i, 1))}
        />
      ))}
      <Button
        variant="subtle"
        leftSection={<Plus size={13} aria-hidden />}
        onClick={() => change([...list, { choice: list.at(-1)?.choice ?? 'approved' }])}
      >
        {t('testing.answers.next')}
      </Button>
    </div>
  );
}

function choicesOf(flow: Flow, id: string): readonly string[] {
  const node = nodeAt(flow, id);
  return node ? portsOf(node).out.map((port) => port.name) : [];
}

function AnswerFields(props: {
  readonly name: string;
  readonly title: string;
  readonly answer: Answer;
  readonly onChange: (answer: Answer) => void;
  readonly onRemove: () => void;
}) {
  const { name, title, answer, onChange, onRemove } = props;
  const { flow } = useForm();
  const node = nodeAt(flow, name);
  const form = node?.kind === 'human' ? node.form : undefined;
  const { values, ...withoutValues } = answer;
  const { comment, ...withoutComment } = answer;
  return (
    <>
      <div className="field-label">
        <strong>{title}</strong>
        <RemoveButton what={title} onRemove={onRemove} />
      </div>
      <Field label={t('testing.choice')}>
        {(ids) => (
          <Select
            {...ids}
            data={[...new Set([...choicesOf(flow, name), answer.choice])]}
            value={answer.choice}
            onChange={(choice) => choice && onChange({ ...answer, choice })}
          />
        )}
      </Field>
      {isJsonObject(form) || values !== undefined ? (
        <ShapedValue
          label={t('testing.values')}
          schema={form ?? true}
          value={(values ?? {}) as Json} // the document holds JSON
          onChange={(next) => onChange(next === undefined ? withoutValues : { ...answer, values: next })}
        />
      ) : null}
      <Field label={t('testing.comment')}>
        {(ids) => (
          <TextInput
            {...ids}
            value={comment ?? ''}
            onChange={(event) =>
              onChange(
                event.currentTarget.value === ''
                  ? withoutComment
                  : { ...answer, comment: event.currentTarget.value },
              )
            }
          />
        )}
      </Field>
    </>
  );
}
