const view = frame.contentWindow;
const page = frame.contentDocument;
const form = page.getElementById("filter");
const shown = () => [...page.querySelectorAll("#groups article")].filter((one) => one.checkVisibility()).length;
const set = async (name, value) => {
  form.elements[name].value = value;
  form.elements[name].dispatchEvent(new view.Event("input", { bubbles: true }));
  await sleep(400);
};
const key = (name) => {
  const at = page.activeElement ?? page.body;
  at.dispatchEvent(new view.KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  return page.activeElement;
};
const go = async (address) => {
  view.location.hash = address;
  await sleep(400);
};
const result = { all: shown() };

await set("text", "hostnetwork");
result.byText = shown();
result.address = view.location.hash;

await set("text", "");
await go("#rule=pss/capabilities_restricted&group=rule");
result.byRule = shown();
const headings = [...page.querySelectorAll("#groups h3")].map((heading) => heading.textContent);
result.groupedByRule = headings.includes("pss/capabilities_restricted");
result.objectShown = page.querySelector("#groups article:not([hidden]) .of").checkVisibility();

await go("#namespace=shop");
result.byNamespace = shown();

form.querySelector("button").click();
await sleep(400);
result.cleared = shown();

const articles = [...page.querySelectorAll("#groups article")];
page.body.focus();
result.keys = [
  key("j") === articles[0],
  key("j") === articles[1],
  key("k") === articles[0],
  key("/") === form.elements.text,
];
form.elements.text.blur();

await set("text", "no finding says this");
const last = articles.at(-1);
if (shown() !== 0) throw new Error("the filter shows what does not fit");
await go("#" + last.id);
result.linked = page.activeElement === last && last.checkVisibility();

const rule = page.querySelector("#pages details");
await go("#" + rule.id);
result.ruleOpen = rule.open;

const calm = [...page.querySelectorAll("#map tbody tr")].find((row) => row.textContent.includes("calm/calm"));
result.map = [...calm.querySelectorAll(".cell")].map((cell) => cell.textContent);
// Somebody else opens the address: the same findings, at the top of the window.
const other = document.createElement("iframe");
other.width = 1200;
other.height = 900;
const opened = new Promise((resolve) => { other.onload = resolve; });
other.src = "/page#rule=pss%2Fcapabilities_restricted&group=rule";
document.body.append(other);
await opened;
await sleep(400);
const there = other.contentDocument;
result.shared = [...there.querySelectorAll("#groups article")].filter((one) => one.checkVisibility()).length;
result.top = Math.round(there.getElementById("findings").getBoundingClientRect().top);
result.scrolled = other.contentWindow.scrollY;
return result;
