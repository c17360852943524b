import type { Command } from '../command';
import { flowJsonSchema } from '../../../shared/spec/json-schema';
import { eventJsonSchema } from '../../../shared/events/json-schema';
import { bundleJsonSchema } from '../../runtime/export/bundle-schema';
import { JSON_OPTION } from '../command';
import { didYouMean } from '../did-you-mean';
import { EXIT, usage } from '../exit-code';

const SCHEMAS = { flow: flowJsonSchema, bundle: bundleJsonSchema, event: eventJsonSchema } as const;

export const schema: Command = {
  name: 'schema',
  about: 'prints the JSON Schema of a flow, a bundle manifest or an event line',
  operands: '[flow|bundle|event]',
  atLeast: 0,
  atMost: 1,
  options: [JSON_OPTION],
  example: 'baton schema event',
  run: async ({ args, out }) => {
    const name = args.operands[0] ?? 'flow';
    if (!Object.hasOwn(SCHEMAS, name)) {
      const names = Object.keys(SCHEMAS);
      throw usage(`There is no schema "${name}".${didYouMean(name, names)} There are: ${names.join(', ')}.`);
    }
    out.json(SCHEMAS[name as keyof typeof SCHEMAS]());
    return EXIT.ok;
  },
};
