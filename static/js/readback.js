// A native date or time follows the browser's language, not the page's: say below the field in words what was filled in.
const language = document.documentElement.lang || "nl";
const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function clock(hours, minutes) {
  return language.startsWith("nl") ? `${Number(hours)}.${minutes} uur` : `${hours}:${minutes}`;
}

function words(value) {
  const [date, time] = value.includes("T") ? value.split("T") : value.includes(":") ? ["", value] : [value, ""];
  const parts = [];
  if (date) parts.push(day.format(new Date(`${date}T00:00:00Z`)));
  if (time) parts.push(clock(...time.split(":")));
  return parts.join(", ");
}

function say(input) {
  if (!input.id) return;
  let output = document.getElementById(`${input.id}_words`);
  if (!output) {
    output = document.createElement("output");
    output.id = `${input.id}_words`;
    output.className = "readback";
    output.htmlFor = input.id;
    input.insertAdjacentElement("afterend", output);
  }
  output.textContent = input.value ? words(input.value) : "";
}

const kinds = 'input[type="date"], input[type="time"], input[type="datetime-local"]';

document.addEventListener("input", (event) => {
  if (event.target.matches(kinds)) say(event.target);
});
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll(kinds).forEach(say));
document.querySelectorAll(kinds).forEach(say);
