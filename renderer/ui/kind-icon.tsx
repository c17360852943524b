import type { NodeKind } from '../../shared/spec/nodes';
import { kindLook } from './kind-look';

interface Props {
  readonly kind: NodeKind | string;
  /** Side of the tinted square; 20 unless said. */
  readonly size?: number;
  /** Without the square. */
  readonly bare?: boolean;
}

/** The icon of a node kind in its group's tint. */
export function KindIcon({ kind, size = 20, bare }: Props) {
  const { mask, tint } = kindLook(kind);
  const style = { '--icon': mask, '--size': `${size}px` } as React.CSSProperties; // custom properties are not in its type
  return <span className={bare ? 'kind-icon bare' : `kind-icon tint-${tint}`} style={style} aria-hidden />;
}
