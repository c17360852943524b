/** What a node gives while it is rehearsed, kept in the document beside the drawing. */
import { Button, NumberInput, Select } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { Json } from '../../shared/base/json';
import { graphAt, graphOf, nodeAt } from '../../shared/editing/graphs';
import { setIn } from '../../shared/editing/set-in';
import type { FlowNode } from '../../shared/spec/nodes';
import type { RehearsalNode } from '../../shared/spec/parts';
import { portsOf } from '../../shared/spec/ports-of';
import type { FailureKind } from '../../shared/spec/values';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { type FormHost, FormProvider, useForm, useValue } from './form';
import type { HostInput } from './hosts';
import { Optional } from './optional';
import { outputSchema, sampleOutput } from './preview/sample-scope';
import { sampleValue } from './preview/sample-value';
import { Section } from './section';
import { DurationControl, NumberControl, RemoveButton } from './text-controls';
import { ShapedValue, ValueControl } from './value-control';

const CALLING: ReadonlySet<string> = new Set(['agent', 'tool', 'code', 'supervisor', 'planner', 'chat']);
const MISFORTUNES: readonly FailureKind[] = [
  'error',
  'timeout',
  'rate_limited',
  'unavailable',
  'invalid_output',
  'low_confidence',
  'denied',
  'stale_context',
  'conflict',
  'uncertain',
];
const OF_PEOPLE: readonly FailureKind[] = ['rejected', 'expired'];

/** Only nodes that call out or ask a person are rehearsed; the others run as they are. */
export function RehearsalSection({ input, id }: { readonly input: HostInput; readonly id: string }) {
  const node = nodeAt(input.flow, id);
  if (!node || !(CALLING.has(node.kind) || node.kind === 'human')) return null;
  const entry = input.flow.rehearsal?.nodes?.[id];
  return (
    <Section
      id="node:rehearsal"
      title={t('testing.rehearsal')}
      summary={entry === undefined ? t('testing.rehearsal.none') : t('testing.rehearsal.set')}
    >
      <p className="meta">{t('testing.rehearsal.help')}</p>
      <FormProvider host={rehearsalHost(input, id)}>
        {node.kind === 'human' ? <PersonFields id={id} node={node} /> : <CallFields id={id} node={node} />}
        <FailureShares kinds={node.kind === 'human' ? OF_PEOPLE : MISFORTUNES} />
      </FormProvider>
    </Section>
  );
}

function rehearsalHost(input: HostInput, id: string): FormHost {
  const at = ['rehearsal', 'nodes', id];
  return {
    flow: input.flow,
    key: `rehearsal:${id}`,
    edit: input.edit,
    problems: [],
    applyFix: () => undefined,
    value: input.flow.rehearsal?.nodes?.[id] ?? {},
    place: { type: 'agent' },
    set: (path, value) =>
      input.edit(
        t('testing.edit.rehearsal', { id }),
        (doc) => setIn(doc, [...at, ...path], value),
        `rehearsal:${id}:${path.join('.')}`,
      ),
  };
}

interface FieldsProps<N = FlowNode> {
  readonly id: string;
  readonly node: N;
}

function PersonFields({ node }: FieldsProps<Extract<FlowNode, { kind: 'human' }>>) {
  const { flow } = useForm();
  const [choice, setChoice] = useValue<string>(['choice']);
  return (
    <>
      <Field label={t('testing.choice')} help={t('testing.choice.help')}>
        {(ids) => (
          <Select
            {...ids}
            clearable
            clearButtonProps={{ 'aria-label': t('inspector.clear', { label: t('testing.choice') }) }}
            placeholder={t('testing.choice.usual')}
            data={portsOf(node).out.map((port) => port.name)}
            value={choice ?? null}
            onChange={(next) => setChoice(next ?? undefined)}
          />
        )}
      </Field>
      {node.form === undefined ? null : (
        <ValueControl
          path={['values']}
          label={t('testing.values')}
          help={t('testing.values.help')}
          schema={node.form}
          start={() => sampleValue(node.form, flow)}
        />
      )}
    </>
  );
}

function CallFields({ id, node }: FieldsProps) {
  const asksModel = node.kind !== 'tool' && node.kind !== 'code';
  return (
    <>
      <GivesControl id={id} node={node} />
      <HandsToControl id={id} node={node} />
      {asksModel ? (
        <NumberControl
          path={['confidence']}
          label={t('testing.confidence')}
          help={t('testing.confidence.help')}
          min={0}
          max={1}
          step={0.05}
        />
      ) : null}
      <Optional path={['latency']} label={t('testing.latency')} start={{ p50: 'PT1S', p95: 'PT3S' }}>
        <div className="two">
          <DurationControl path={['latency', 'p50']} label={t('testing.latency.p50')} required />
          <DurationControl path={['latency', 'p95']} label={t('testing.latency.p95')} required />
        </div>
      </Optional>
      {asksModel ? (
        <Optional path={['tokens']} label={t('testing.tokens')} start={{ in: 500, out: 100 }}>
          <div className="two">
            <NumberControl path={['tokens', 'in']} label={t('testing.tokens.in')} min={0} step={1} required />
            <NumberControl
              path={['tokens', 'out']}
              label={t('testing.tokens.out')}
              min={0}
              step={1}
              required
            />
          </div>
        </Optional>
      ) : null}
    </>
  );
}

/** Which of its handoffs an agent takes, and with what; only where there is something to choose. */
function HandsToControl({ id, node }: FieldsProps) {
  const { flow } = useForm();
  const [choice, setChoice] = useValue<string>(['choice']);
  if (node.kind !== 'agent') return null;
  const ref = graphOf(flow, id);
  const out = (ref && graphAt(flow, ref)?.edges.filter((edge) => edge.from === id)) ?? [];
  const handoffs = out.flatMap((edge) => (edge.port === 'handoff' && edge.handoff ? [edge.handoff] : []));
  const ways = [
    ...handoffs.map((handoff) => handoff.name),
    ...(out.some((edge) => edge.port === 'next') ? ['next'] : []),
  ];
  if (ways.length < 2 && choice === undefined) return null;
  const taken = handoffs.find((handoff) => handoff.name === (choice ?? ways[0]));
  return (
    <>
      <Field label={t('testing.handsTo')} help={t('testing.handsTo.help')}>
        {(ids) => (
          <Select
            {...ids}
            clearable
            clearButtonProps={{ 'aria-label': t('inspector.clear', { label: t('testing.handsTo') }) }}
            placeholder={ways[0] ?? ''}
            data={[...new Set([...ways, ...(choice === undefined ? [] : [choice])])]}
            value={choice ?? null}
            onChange={(next) => setChoice(next ?? undefined)}
          />
        )}
      </Field>
      {taken && taken.payload === undefined ? (
        <ValueControl
          path={['values']}
          label={t('testing.payload')}
          help={t('testing.payload.help')}
          schema={taken.schema}
          start={() => sampleValue(taken.schema, flow)}
        />
      ) : null}
    </>
  );
}

/** One result for every visit, or one for each; the last holds for all that follow. */
function GivesControl({ id, node }: FieldsProps) {
  const { flow } = useForm();
  const [entry, set] = useValue<RehearsalNode>([]);
  const given = givenBy(entry ?? {});
  const change = (next: readonly Json[]) => set(withGiven(entry ?? {}, next));
  const label = t('testing.gives');
  return (
    <div className="field" role="group" aria-label={label}>
      <div className="field-label">
        <span>{label}</span>
      </div>
      {given.map((value, i) => {
        const name = given.length === 1 ? label : t('testing.gives.visit', { number: i + 1 });
        return (
          <div className="nested" key={i}>
            <div className="field-label">
              <span className="meta">{given.length === 1 ? t('testing.gives.every') : name}</span>
              <RemoveButton what={name} onRemove={() => change(given.toSpliced(i, 1))} />
            </div>
            <ShapedValue
              label={name}
              schema={outputSchema(flow, node) ?? true}
              value={value}
              onChange={(next) => change(given.with(i, next ?? null))}
            />
          </div>
        );
      })}
      <Button
        variant="subtle"
        leftSection={<Plus size={13} aria-hidden />}
        onClick={() => change([...given, given.at(-1) ?? sampleOutput(flow, id)])}
      >
        {given.length === 0 ? t('testing.gives.add') : t('testing.gives.next')}
      </Button>
      <div className="field-help">{t('testing.gives.help')}</div>
    </div>
  );
}

function givenBy({ output, outputs }: RehearsalNode): readonly Json[] {
  return (outputs ?? (output === undefined ? [] : [output])) as readonly Json[]; // the document holds JSON
}

/** An entry that says nothing more is taken away. */
export function withGiven(entry: RehearsalNode, given: readonly Json[]): RehearsalNode | undefined {
  const { output: _one, outputs: _many, ...rest } = entry;
  const next =
    given.length === 0
      ? rest
      : given.length === 1
        ? { ...rest, output: given[0] }
        : { ...rest, outputs: [...given] };
  return Object.keys(next).length === 0 ? undefined : next;
}

/** How often it goes wrong, by what goes wrong. */
function FailureShares({ kinds }: { readonly kinds: readonly FailureKind[] }) {
  const [value, set] = useValue<NonNullable<RehearsalNode['failures']>>(['failures']);
  const shares = Object.entries(value ?? {}) as [FailureKind, number][];
  const free = kinds.filter((kind) => value?.[kind] === undefined);
  const label = t('testing.failures');
  const change = (next: readonly (readonly [string, number])[]) =>
    set(next.length === 0 ? undefined : Object.fromEntries(next));
  return (
    <div className="field" role="group" aria-label={label}>
      <div className="field-label">
        <span>{label}</span>
      </div>
      <div className="rows">
        {shares.map(([kind, share], i) => (
          <div className="row" key={kind}>
            <Select
              className="grow"
              aria-label={t('testing.failures.kind', { number: i + 1 })}
              data={[kind, ...free].map((one) => ({ value: one, label: kindWords(one) }))}
              value={kind}
              onChange={(next) => next && change(shares.with(i, [next as FailureKind, share]))} // the options are kinds
            />
            <NumberInput
              w={92}
              min={0}
              max={100}
              suffix=" %"
              aria-label={t('testing.failures.share', { kind: kindWords(kind) })}
              value={Math.round(share * 1000) / 10}
              onChange={(next) => change(shares.with(i, [kind, Math.min(100, Number(next)) / 100]))}
            />
            <RemoveButton what={kindWords(kind)} onRemove={() => change(shares.toSpliced(i, 1))} />
          </div>
        ))}
      </div>
      {free[0] === undefined ? null : (
        <Button
          variant="subtle"
          leftSection={<Plus size={13} aria-hidden />}
          onClick={() => free[0] && change([...shares, [free[0], 0.1]])}
        >
          {t('testing.failures.add')}
        </Button>
      )}
    </div>
  );
}
