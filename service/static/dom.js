// Making elements. Whatever was read from a page goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with these properties; children are elements or text. */
export function make(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** The same of an SVG. */
export function draw(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

export function at(id) {
  return document.getElementById(id);
}

/** Text that is heard and not seen. */
export function heard(text) {
  return make("span", { class: "sr" }, text);
}

export function button(text, press, properties = {}) {
  return make("button", { type: "button", onclick: press, ...properties }, text);
}

export function key(name) {
  return make("kbd", {}, name);
}

/** Have a screen reader say it; the same said twice is heard twice. */
export function announce(text) {
  const live = at("live");
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
