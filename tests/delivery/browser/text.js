const page = frame.contentDocument;
await sleep(300);
const own = new Set("a article body button caption code details footer form h1 h2 h3 h4 head header html input kbd label li link main mark meta nav option p pre script section select span style summary table tbody td th thead title tr ul div strong em ol".split(" "));
const foreign = [];
for (const element of page.querySelectorAll("*")) {
  if (!own.has(element.localName)) foreign.push(element.localName);
  for (const { name } of element.attributes) if (name.startsWith("on") || name === "style") foreign.push(name);
}
if (page.querySelectorAll("script").length !== 1) foreign.push("script");
return {
  articles: page.querySelectorAll("article").length,
  foreign,
  shown: page.getElementById("map").textContent.includes("<img src=x onerror=document.title='owned'>"),
  title: page.title,
};
