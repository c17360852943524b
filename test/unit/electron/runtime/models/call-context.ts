import { AppError } from '../../../../../shared/base/app-error';
import type { CallContext } from '../../../../../shared/ports/calls';

export function callContext(
  extra: Partial<CallContext> & { secrets?: Record<string, string> } = {},
): CallContext & { texts: string[] } {
  const texts: string[] = [];
  const { secrets, ...rest } = extra;
  return {
    texts,
    signal: new AbortController().signal,
    onText: (text) => texts.push(text),
    secret: (name) => {
      const value = secrets?.[name];
      return value === undefined
        ? Promise.reject(new AppError('secret/missing', `There is no secret ${name}.`))
        : Promise.resolve(value);
    },
    grants: { trust: true, baseFolder: '/nowhere', granted: {} },
    ...rest,
  };
}
