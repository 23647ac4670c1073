// What one part of the page did and others show, too: a like in a list and in a post, a new post, a follow.
const bus = new EventTarget();

/** Says that something is different now. */
export const changed = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/** Listens until the signal ends it. */
export const onChange = (name, signal, listener) => bus.addEventListener(name, e => listener(e.detail), { signal });
