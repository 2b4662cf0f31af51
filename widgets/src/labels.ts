// Labels that do not cover one another: each is offered places in turn, and the first free one is taken.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const CELL = 64;

export class Space {
  private readonly cells = new Map<string, { box: Box; owner: unknown }[]>();

  private *keys(box: Box): Generator<string> {
    for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x++) {
      for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y++) yield `${x},${y}`;
    }
  }

  /** Whether nothing but *owner*'s own is in the box. */
  free(box: Box, owner?: unknown): boolean {
    for (const key of this.keys(box)) {
      for (const there of this.cells.get(key) ?? []) {
        const { left, top, right, bottom } = there.box;
        if (there.owner !== owner && box.left < right && box.right > left && box.top < bottom && box.bottom > top) {
          return false;
        }
      }
    }
    return true;
  }

  take(box: Box, owner?: unknown): void {
    for (const key of this.keys(box)) {
      const cell = this.cells.get(key);
      if (cell) cell.push({ box, owner });
      else this.cells.set(key, [{ box, owner }]);
    }
  }
}
