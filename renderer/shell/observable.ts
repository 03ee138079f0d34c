/** A value that changes as a whole, and tells who listens. */
export interface Observable<Value> {
  readonly getSnapshot: () => Value;
  /** Returns the function that ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** An observable whose owner may set it. */
export interface Cell<Value> extends Observable<Value> {
  readonly set: (value: Value) => void;
}

export function createCell<Value>(initial: Value): Cell<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    getSnapshot: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      if (next === value) return;
      value = next;
      for (const listener of listeners) listener();
    },
  };
}
