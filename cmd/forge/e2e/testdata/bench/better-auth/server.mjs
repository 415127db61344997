// better-auth as it comes, on the HTTP server of Node, with accounts in memory.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const url = `http://127.0.0.1:${process.env.PORT}`;
const auth = betterAuth({
  baseURL: url,
  secret: process.env.SECRET_KEY,
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
});
const handle = toNodeHandler(auth);

createServer((request, response) => (request.url === "/health" ? response.end() : handle(request, response)))
  .listen(Number(process.env.PORT), "127.0.0.1");
