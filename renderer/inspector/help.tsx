import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useEffect, useRef } from 'react';
import { t, useLanguage } from '../i18n/t';

const pages = import.meta.glob<string>('../../shared/nodes/*/README*.md', {
  query: '?raw',
  import: 'default',
});

/** The help page of a node kind. Our own text, cleaned all the same; pictures are not loaded. */
export function KindHelp({ kind }: { readonly kind: string }) {
  const page = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  useEffect(() => {
    let current = true;
    const ending = language === 'en' ? '' : `.${language}`;
    const load = pages[`../../shared/nodes/${kind}/README${ending}.md`];
    load?.().then(
      (text) => current && page.current?.replaceChildren(render(text)),
      () => page.current?.replaceChildren(), // a page that cannot be read leaves the help empty; nothing else depends on it
    );
    return () => {
      current = false;
    };
  }, [kind, language]);
  return <section className="help" aria-label={t('inspector.help')} ref={page} />;
}

function render(markdown: string): DocumentFragment {
  const withoutTitle = markdown.replace(/^# .*\n+/, '');
  return DOMPurify.sanitize(marked.parse(withoutTitle, { async: false }), {
    FORBID_TAGS: ['img', 'style'],
    FORBID_ATTR: ['style'],
    RETURN_DOM_FRAGMENT: true,
  });
}
