// The SCIM server of an application, with SCIMMY. Users and groups are in memory.

import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const token = process.env.SCIM_TOKEN;

function declare(resource) {
  const stored = new Map();
  SCIMMY.Resources.declare(resource)
    .ingress((request, data) => {
      const id = request.id ?? randomUUID();
      if (request.id && !stored.has(id)) throw new SCIMMY.Types.Error(404, null, "no such resource");
      const name = (one) => (one.userName ?? one.displayName).toLowerCase();
      for (const [other, present] of stored) {
        if (other !== id && name(present) === name(data)) throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
      }
      const plain = { ...JSON.parse(JSON.stringify(data)), id };
      stored.set(id, plain);
      return plain;
    })
    .egress((request) => {
      if (!request.id) {
        const all = [...stored.values()];
        return request.filter ? request.filter.match(all) : all;
      }
      if (!stored.has(request.id)) throw new SCIMMY.Types.Error(404, null, "no such resource");
      return stored.get(request.id);
    })
    .degress((request) => {
      if (!stored.delete(request.id)) throw new SCIMMY.Types.Error(404, null, "no such resource");
    });
}

declare(SCIMMY.Resources.User);
declare(SCIMMY.Resources.Group);

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
  type: "bearer",
  handler: (request) => {
    if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("wrong token");
  },
}));
app.listen(Number(process.env.PORT));
