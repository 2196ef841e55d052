// What the taps of a door say: the same rules as functions/door/rules/check_ins.py, for the phone.
export const WALK_IN = "+";

// `taps` of one party, in any order; `places` is how many it signed up for.
export function attendance(taps, places) {
  const undone = new Set(taps.flatMap((tap) => (tap.kind === "undo" ? tap.of : [])));
  const standing = taps
    .filter((tap) => tap.kind === "came" && !undone.has(tap.id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const came = Math.min(
    standing.reduce((sum, tap) => sum + tap.people, 0),
    places,
  );
  const looked = taps.filter((tap) => tap.kind === "looked").map((tap) => new Set(tap.knows));
  const seen = (...ids) => looked.some((known) => ids.every((id) => known.has(id)));
  const isDouble = standing.some((one, place) =>
    standing.slice(place + 1).some((other) => areApart(one, other) && !seen(one.id, other.id)),
  );
  return { came, standing: standing.map((tap) => tap.id), isDouble };
}

// Two phones checked in, and neither knew of the other's.
function areApart(one, other) {
  return one.phone !== other.phone && !one.knows.includes(other.id) && !other.knows.includes(one.id);
}

export const isWalkIn = (code) => code.startsWith(WALK_IN);
