import { type Clickstream, clickstream } from './entities/clickstream.ts';
import { type Contact, contacts } from './entities/contacts.ts';
import { type CustomerChange, customers } from './entities/customers.ts';
import { type Decision, decisions } from './entities/decisions.ts';
import { type Interaction, interactions } from './entities/interactions.ts';
import { type Order, orders } from './entities/orders.ts';
import { type Refund, refunds } from './entities/refunds.ts';
import { type Transaction, transactions } from './entities/transactions.ts';
import { type UserChange, users } from './entities/users.ts';
import type { Entity } from './entity.ts';

/** Something that happened. */
export type Event =
  | Interaction
  | Transaction
  | Refund
  | Clickstream
  | Contact
  | CustomerChange
  | Decision
  | Order
  | UserChange;
export type Kind = Event['kind'];

export const ENTITIES: { readonly [K in Kind]: Entity<Extract<Event, { kind: K }>> } = {
  interactions,
  transactions,
  refunds,
  clickstream,
  contacts,
  customers,
  decisions,
  orders,
  users,
};
