import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useEffect, useState } from 'react';
import { t } from '../i18n/t';

const pages = import.meta.glob<string>('../../shared/nodes/*/README.md', { query: '?raw', import: 'default' });

/** The help page of a node kind. Our own text, cleaned all the same; pictures are not loaded. */
export function KindHelp({ kind }: { readonly kind: string }) {
  const [html, setHtml] = useState('');
  useEffect(() => {
    let current = true;
    const load = pages[`../../shared/nodes/${kind}/README.md`];
    load?.().then(
      (text) => current && setHtml(render(text)),
      () => current && setHtml(''), // a page that cannot be read leaves the help empty; nothing else depends on it
    );
    return () => {
      current = false;
    };
  }, [kind]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by DOMPurify just above
  return <div className="help" aria-label={t('inspector.help')} dangerouslySetInnerHTML={{ __html: html }} />;
}

function render(markdown: string): string {
  const withoutTitle = markdown.replace(/^# .*\n+/, '');
  return DOMPurify.sanitize(marked.parse(withoutTitle, { async: false }), { FORBID_TAGS: ['img', 'style'], FORBID_ATTR: ['style'] });
}
