#ifndef CSQLITE_H
#define CSQLITE_H

#include <sqlite3.h>

/// What Swift cannot call of SQLite, because the functions take a variable number of arguments.

/// Settings of the whole process, to be made before the first connection is opened.
///
/// Without the count of all memory in use, which nobody asks for, SQLite takes no lock for each piece of memory.
///
/// - Returns: `SQLITE_OK`, or `SQLITE_MISUSE` where a connection was opened before.
int csqlite_configure_process(void);

/// Settings of a connection: foreign keys are enforced, and text in double quotes is a name and never a value.
int csqlite_configure_connection(sqlite3 *connection);

#endif
