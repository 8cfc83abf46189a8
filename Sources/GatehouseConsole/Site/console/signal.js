// A value that tells who listens when it changes.
export class Signal {
  constructor(value) {
    this.value = value;
    this.listeners = new Set();
  }

  set(value) {
    this.value = value;
    for (const listener of [...this.listeners]) listener(value);
  }

  /** Calls `listener` now and at every change; returns how to end that. */
  watch(listener) {
    this.listeners.add(listener);
    listener(this.value);
    return () => this.listeners.delete(listener);
  }
}
