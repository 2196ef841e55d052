// Reads calendar files by ical.js, as Thunderbird does: for each path of an event's file, its facts as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const text = (time) =>
  time.isDate ? time.toString() : time.toJSDate().toISOString().replace(".000Z", "Z");

function read(path) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  const [component, ...others] = calendar.getAllSubcomponents();
  if (others.length) throw new Error(`${path}: more than one event`);
  const event = new ICAL.Event(component, { strictExceptions: true });
  return {
    uid: event.uid,
    sequence: event.sequence,
    begins: text(event.startDate),
    ends: text(event.endDate),
    status: component.getFirstPropertyValue("status"),
    title: event.summary,
    where: event.location,
  };
}

console.log(JSON.stringify(process.argv.slice(2).map(read)));
