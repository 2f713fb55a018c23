// Imported by Chopsticks, and used only if a file for the database is given.

export class SqliteDatabase {
  constructor() {
    throw new Error('the tests install Chopsticks without its database');
  }
}
