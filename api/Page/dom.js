// Makes elements. What people wrote becomes text nodes, never markup; the page's policy would refuse markup anyway.

/** An element: properties as attributes, `on` for listeners, `style` for single properties, then children. */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(props ?? {})) set(element, key, value);
  append(element, children);
  return element;
}

function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === 'on') {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (key === 'style') {
    for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
  } else if (key === 'value' || key === 'disabled' || key === 'checked') {
    element[key] = value;
  } else {
    element.setAttribute(key, value === true ? '' : String(value));
  }
}

/** Adds children: elements, texts, lists of them; what is null or false is left out. */
export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** Puts other children in the place of all. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

const shapes = {
  home: 'M4 11 12 4l8 7v8.5a.5.5 0 0 1-.5.5H15v-6H9v6H4.5a.5.5 0 0 1-.5-.5z',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  plus: 'M12 5v14M5 12h14',
  bell: 'M6 10a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7zM10 20a2.2 2.2 0 0 0 4 0',
  heart: 'M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z',
  comment: 'M20 11.5c0 4.1-3.6 7.5-8 7.5-1 0-2-.2-2.9-.5L4.5 20l1.3-3.7A7.2 7.2 0 0 1 4 11.5C4 7.4 7.6 4 12 4s8 3.4 8 7.5z',
  save: 'M6.5 4.5h11V20L12 16l-5.5 4z',
  share: 'M12 15V4M8 7.5 12 4l4 3.5M6 12H5v8h14v-8h-1',
  points: 'M12 4.5c4.4 0 7.5 1.3 7.5 3.2S16.4 11 12 11 4.5 9.6 4.5 7.7 7.6 4.5 12 4.5zM4.5 7.7v8.5c0 2 3.1 3.3 7.5 3.3s7.5-1.3 7.5-3.3V7.7M4.5 12c0 2 3.1 3.3 7.5 3.3s7.5-1.3 7.5-3.3',
  person: 'M12 11.5a3.7 3.7 0 1 0 0-7.5 3.7 3.7 0 0 0 0 7.5zM4.5 20c.6-3.7 3.6-5.7 7.5-5.7s6.9 2 7.5 5.7',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5 8 12l6.5 7',
  next: 'M9.5 5 16 12l-6.5 7',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  camera: 'M4 8.5h3.5L9 6h6l1.5 2.5H20v10.5H4zM12 16.5a3.2 3.2 0 1 0 0-6.5 3.2 3.2 0 0 0 0 6.5z',
  check: 'M5 12.5 10 17.5 19.5 7',
  globe: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM4 12h16M12 4c2.5 2.3 3.5 5 3.5 8s-1 5.7-3.5 8c-2.5-2.3-3.5-5-3.5-8s1-5.7 3.5-8z',
};

const svg = 'http://www.w3.org/2000/svg';

/** A drawing that says nothing to a screen reader: what it stands for is said beside it. */
export function icon(name) {
  const drawing = document.createElementNS(svg, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true', focusable: 'false' }))
    drawing.setAttribute(key, value);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', shapes[name]);
  drawing.append(path);
  return drawing;
}
