/** The bridge of the window, asked from a test: to set a stage or to read what the screen cannot show. */
import type { Page } from '@playwright/test';
import type { RequestInput, RequestName, RequestOutput, RequestReply } from '../../../shared/ipc/contract';

export async function ask<N extends RequestName>(
  page: Page,
  name: N,
  input: RequestInput<N>,
): Promise<RequestReply<N>> {
  const message: { name: string; input: unknown } = { name, input };
  const reply: unknown = await page.evaluate((asked) => {
    const { baton } = window as unknown as {
      baton: { request(name: string, input: unknown): Promise<unknown> };
    };
    return baton.request(asked.name, asked.input);
  }, message);
  return reply as RequestReply<N>; // The bridge answers a name with its reply.
}

/** The answer, or the error as a failure of the test. */
export async function request<N extends RequestName>(
  page: Page,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = await ask(page, name, input);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
  return reply.value;
}
