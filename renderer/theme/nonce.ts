/** The value the page's Content-Security-Policy allows style tags with; empty where there is no policy (tests). */
export function styleNonce(): string {
  const content = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  return content === '__CSP_NONCE__' ? '' : content;
}
