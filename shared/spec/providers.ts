/** Where the hosted model providers are reached; what is not here runs on this machine or names its own address. */
const HOSTS: Readonly<Record<string, string>> = {
  openai: 'api.openai.com',
  anthropic: 'api.anthropic.com',
  google: 'generativelanguage.googleapis.com',
};

export function hostOfProvider(provider: string): string | undefined {
  return Object.hasOwn(HOSTS, provider) ? HOSTS[provider] : undefined;
}
