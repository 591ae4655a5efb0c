import { describe, expect, test } from "vitest";
import { aClient } from "@/lib/rabbitmq/clients/client.testing";
import { displayNames, NO_ALIASES } from "@/lib/rabbitmq/clients/display-name";

const shown = (
  clients: readonly Parameters<typeof aClient>[0][],
  aliases: ReadonlyMap<string, string> = NO_ALIASES,
) => [
  ...displayNames(
    clients.map((facts, at) => aClient({ id: `id-${at}-x`, ...facts })),
    aliases,
  ).values(),
];
const names = (...args: Parameters<typeof shown>) => shown(...args).map(({ displayName }) => displayName);

describe("a client is shown by its name and what distinguishes it from its namesakes", () => {
  test("nothing else, if there is no other", () =>
    expect(names([{ name: "orders" }, { name: "mail" }])).toEqual(["orders", "mail"]));

  test("the virtual host", () =>
    expect(
      names([
        { name: "orders", vhost: "shop" },
        { name: "orders", vhost: "/" },
      ]),
    ).toEqual(["orders (vhost shop)", "orders (vhost /)"]));

  test("the user", () =>
    expect(
      names([
        { name: "orders", user: "a" },
        { name: "orders", user: "b" },
      ]),
    ).toEqual(["orders (user a)", "orders (user b)"]));

  test("both, where neither is enough", () =>
    expect(
      names([
        { name: "orders", vhost: "/", user: "a" },
        { name: "orders", vhost: "/", user: "b" },
        { name: "orders", vhost: "shop", user: "a" },
      ]),
    ).toEqual(["orders (vhost /, user a)", "orders (vhost /, user b)", "orders (vhost shop, user a)"]));

  test("the id, where nothing differs", () =>
    expect(names([{ name: "orders" }, { name: "orders" }])).toEqual(["orders (#id-0-x)", "orders (#id-1-x)"]));
});

describe("an alias", () => {
  test("of one client goes before the name, and leaves its namesake alone", () =>
    expect(
      shown(
        [
          { name: "orders", vhost: "/" },
          { name: "orders", vhost: "shop" },
        ],
        new Map([["id-0-x", "Checkout"]]),
      ),
    ).toEqual([
      { alias: "Checkout", displayName: "Checkout" },
      { alias: null, displayName: "orders" },
    ]));

  test("of a name is that of all its clients; one of an id is more specific", () =>
    expect(
      names(
        [{ name: "orders" }, { name: "orders" }],
        new Map([
          ["orders", "Checkout"],
          ["id-1-x", "Returns"],
        ]),
      ),
    ).toEqual(["Checkout", "Returns"]));
});
