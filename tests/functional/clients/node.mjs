// Boots, watches and deletes a server with Node's own fetch, whose parser is strict.
const cloud = JSON.parse(process.env.CLOUD);

const domain = { id: "default" };
const identity = {
  methods: ["password"],
  password: { user: { name: cloud.username, domain, password: cloud.password } },
};
const scope = { project: { name: cloud.project_name, domain } };
const login = await fetch(`${cloud.auth_url}/auth/tokens`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ auth: { identity, scope } }),
});
const token = login.headers.get("X-Subject-Token");
const { catalog } = (await login.json()).token;

const endpoint = (type) =>
  catalog.find((s) => s.type === type).endpoints.find((e) => e.interface === "public").url;

const ask = (url, options = {}) =>
  fetch(url, { ...options, headers: { "X-Auth-Token": token, "Content-Type": "application/json" } });

const { images } = await (await ask(`${endpoint("image")}/v2/images?name=${cloud.image}`)).json();
const { flavors } = await (await ask(`${endpoint("compute")}/flavors`)).json();
const flavor = flavors.find((f) => f.name === "m1.nano");

const server = { name: "by-node", imageRef: images[0].id, flavorRef: flavor.id };
const created = await ask(`${endpoint("compute")}/servers`, {
  method: "POST",
  body: JSON.stringify({ server }),
});
console.log(created.status);
const url = `${endpoint("compute")}/servers/${(await created.json()).server.id}`;

const until = async (isDone) => {
  for (;;) {
    const answer = await ask(url);
    const text = await answer.text();
    if (isDone(answer, text)) return [answer, text];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const [, shown] = await until((_, text) => JSON.parse(text).server.status !== "BUILD");
console.log(JSON.parse(shown).server.status);
console.log((await ask(url, { method: "DELETE" })).status);
const [gone] = await until((answer) => answer.status === 404);
console.log(gone.status);
