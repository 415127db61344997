// A front end in little: it logs in, creates, goes on after its access token has
// expired, reads pages, and logs out.
import { newClient, type Tokens } from "./client.js";

declare const process: { env: Record<string, string | undefined> };

function check(ok: boolean, what: string): asserts ok {
  if (!ok) throw new Error(what);
}

let tokens: Tokens | null = null;
const log: string[] = [];
const api = newClient(process.env["API"] ?? "", {
  get: () => tokens,
  set: (next) => {
    tokens = next;
    log.push(next ? "tokens" : "none");
  },
});
const kept = (): Tokens | null => tokens;
const changes = (): number => log.length;

await api.logIn("ada", "SecurePass123!");
check(changes() === 1, "no log-in");
for (let i = 0; i < 3; i++) {
  const { data, error } = await api.POST("/api/v1/notes", { body: { title: `typed ${i}` } });
  check(data !== undefined, error?.detail ?? "no note");
  const body: string | null = data.body;
  check(body === null && !data.done, "a new note has another body");
}

tokens = { ...kept()!, access_token: "expired" };
const late = await Promise.all(
  [3, 4, 5, 6, 7].map((i) => api.POST("/api/v1/notes", { body: { title: `typed ${i}`, due: "2026-11-29" } })),
);
for (const { data, error } of late) check(data?.due === "2026-11-29", error?.detail ?? "no late note");
check(changes() === 2, `${changes() - 1} refreshes of one token`);

const titles = new Set<string>();
let cursor: string | undefined;
let pages = 0;
do {
  const { data, error } = await api.GET("/api/v1/notes", { params: { query: { limit: 3, cursor, sort: "id" } } });
  check(data !== undefined, error?.detail ?? "no page");
  for (const note of data.items) titles.add(note.title);
  cursor = data.next_cursor ?? undefined;
  pages++;
} while (cursor);
check(titles.size === 8 && pages === 3, `${titles.size} notes on ${pages} pages`);

const missing = await api.GET("/api/v1/notes/{id}", { params: { path: { id: 999999 } } });
check(missing.response.status === 404 && missing.error?.detail === "Note not found", "what is missing is there");
const twice = await api.POST("/api/v1/notes", { body: { title: "typed 1" } });
check(twice.response.status === 409, "one title twice");

await api.POST("/api/v1/auth/logout", {});
const after = await api.GET("/api/v1/users/me");
check(after.response.status === 401 && kept() === null, "the session goes on after its end");
