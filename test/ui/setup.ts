/** What React Flow and Mantine ask of a browser and happy-dom does not have: a layout, and observers of it. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

const CARD = { width: 180, height: 100 };

/** Reports each element once, which is enough for React Flow to call a node measured. */
class OneShotResizeObserver implements ResizeObserver {
  constructor(private readonly onResize: ResizeObserverCallback) {}
  observe(target: Element): void {
    // The callbacks under test read only these two.
    this.onResize([{ target, contentRect: { ...CARD } } as ResizeObserverEntry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}

/** React Flow reads the zoom out of a CSS transform with this. */
class ScaleOnlyMatrix {
  readonly m22: number;
  constructor(transform?: string) {
    this.m22 = Number(/scale\(([\d.]+)\)/.exec(transform ?? '')?.[1] ?? 1);
  }
}

Object.assign(globalThis, { ResizeObserver: OneShotResizeObserver, DOMMatrixReadOnly: ScaleOnlyMatrix });
Object.defineProperties(HTMLElement.prototype, {
  offsetWidth: {
    configurable: true,
    get(this: HTMLElement) {
      return Number.parseFloat(this.style.width) || CARD.width;
    },
  },
  offsetHeight: {
    configurable: true,
    get(this: HTMLElement) {
      return Number.parseFloat(this.style.height) || CARD.height;
    },
  },
});
// The drawing's frame has a size too: moving the view over a frame of nothing has no direction.
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: sizeOf('width') },
  clientHeight: { configurable: true, get: sizeOf('height') },
});

function sizeOf(side: 'width' | 'height') {
  return function size(this: HTMLElement): number {
    return this.classList.contains('react-flow') || this.classList.contains('react-flow__renderer')
      ? CARD[side]
      : 0;
  };
}
Object.assign(SVGElement.prototype, { getBBox: () => ({ x: 0, y: 0, width: 0, height: 0 }) });
Element.prototype.scrollIntoView = () => {};
// Mantine's growing text areas measure themselves again when a font arrives.
Object.defineProperty(document, 'fonts', {
  configurable: true,
  value: { addEventListener: () => undefined, removeEventListener: () => undefined },
});
