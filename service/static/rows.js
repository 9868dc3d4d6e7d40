// What is done to the row of a field: the edits for it, and where to go when the row is gone.

const NONE = { fault: "This field is in no row." };
const GONE = { fault: "That row is gone." };

/** A new row behind the field's own; footnotes are numbered as printed, a new one comes last. */
export function added(place) {
  if (!place) return GONE;
  const { section, row } = place;
  if (!section.group) return NONE;
  const edit = { action: "add-row", group: section.group };
  return section.kind === "table" ? { ...edit, index: row.index + 1 } : edit;
}

/** The row deleted, or merged into or moved to the one that is `by` rows away. */
export function changed(place, action, by) {
  if (!place) return GONE;
  const { section, row } = place;
  if (!section.group) return NONE;
  const edit = { action, group: section.group, index: row.index };
  const to = row.index + by;
  if (to < 1) return { fault: "There is no row above." };
  return by ? { ...edit, to } : edit;
}

/** A field near to where one was whose row is gone. */
export function nearest({ sections }, { section, line, column }) {
  const rows = sections.find(({ key }) => key === section.key)?.rows ?? [];
  const row = rows[Math.max(line - 1, 0)];
  return (row?.fields[column] ?? row?.fields[0] ?? sections[0].rows[0].fields[0]).id;
}
