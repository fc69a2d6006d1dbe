//! The database of a Django project, read-only, as the rows of a dump.

use doorward_store::db::ForeignDb;
use tokio::sync::mpsc::{Receiver, channel};

use super::factor;
use super::options::DjangoOptions;
use super::overview::Overview;
use super::row::{Row, key};
use super::table::reference;
use crate::prelude::*;
use crate::read::{ReadError, Result};
use crate::record::Record;
use crate::sync::FileContents;

/// Tables that are read, with the models of their rows.
const TABLES: [(&str, &str); 9] = [
    ("django_content_type", "contenttypes.contenttype"),
    ("auth_permission", "auth.permission"),
    ("auth_group", "auth.group"),
    ("account_emailaddress", "account.emailaddress"),
    ("socialaccount_socialaccount", "socialaccount.socialaccount"),
    ("socialaccount_socialapp", "socialaccount.socialapp"),
    ("mfa_authenticator", "mfa.authenticator"),
    ("otp_totp_totpdevice", "otp_totp.totpdevice"),
    ("oauth2_provider_application", "oauth2_provider.application"),
];

/// A database, after the first pass.
#[derive(Debug)]
pub struct Database {
    db: ForeignDb,
    overview: Overview,
    users: UserTable,
}

#[derive(Clone, Debug, Default)]
struct UserTable {
    name: String,
    groups: HashMap<String, Vec<Value>>,
    permissions: HashMap<String, Vec<Value>>,
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        // The cause may name the address, never a value.
        Self::Database(match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        })
    }
}

fn row(model: &str, mut columns: Map<String, Value>) -> Row {
    // A model that inherits from another one has the primary key of that.
    let inherited = columns
        .keys()
        .find(|name| name.ends_with("_ptr_id"))
        .cloned();
    let pk = columns
        .remove("id")
        .or_else(|| columns.get(inherited.as_ref()?).cloned());
    let renamed = columns.into_iter().map(|(name, value)| {
        let name = match name.strip_suffix("_id") {
            Some("user" | "content_type") => name.trim_end_matches("_id").to_owned(),
            _ => name,
        };
        (name, value)
    });
    Row {
        model: model.to_owned(),
        pk,
        fields: renamed.collect(),
    }
}

impl Database {
    /// Opens the database and reads everything except the users.
    ///
    /// # Errors
    /// Returns [`ReadError`] if it cannot be read or has no users.
    #[boxed(?Send)]
    pub async fn open(url: &str, options: DjangoOptions) -> Result<Self> {
        let db = ForeignDb::open(url).await?;
        let tables = db.tables().await?;
        let name = user_table(&db, &tables, &options).await?;
        let mut overview = Overview::new(options);
        let group_permissions = many(&db, &tables, "auth_group_permissions", "permission_id");
        let group_permissions = group_permissions.await?;
        for (table, model) in TABLES {
            if !tables.iter().any(|one| one == table) {
                continue;
            }
            each(&db, table, &mut |columns| {
                let mut row = row(model, columns);
                if table == "auth_group" {
                    let held = row.pk.as_ref().map(key);
                    let held = held.and_then(|pk| group_permissions.get(&pk)).cloned();
                    let held = Value::Array(held.unwrap_or_default());
                    row.fields.insert("permissions".to_owned(), held);
                }
                overview.add(&row);
            })
            .await?;
        }
        let users = UserTable {
            groups: many(&db, &tables, &format!("{name}_groups"), "group_id").await?,
            permissions: many(
                &db,
                &tables,
                &format!("{name}_user_permissions"),
                "permission_id",
            )
            .await?,
            name,
        };
        each(&db, &users.name, &mut |columns| {
            overview.add(&users.row(columns));
        })
        .await?;
        let source = Schema {
            references: db.references().await?,
            db: &db,
            tables: &tables,
            users: &users.name,
        };
        source.read(&mut overview).await?;
        overview.finish()?;
        Ok(Self {
            db,
            overview,
            users,
        })
    }

    /// Takes what a comparison with the users of an earlier run needs.
    pub fn take_contents(&mut self) -> FileContents {
        self.overview.take_contents()
    }

    pub const fn users(&self) -> u64 {
        self.overview.users()
    }

    /// Sends all records, from a task of this runtime.
    pub fn records(self) -> Receiver<Result<Record>> {
        let (sender, receiver) = channel(1024);
        tokio::spawn(async move {
            let mut objects = Vec::new();
            let read = self.overview.records(&mut |record| {
                objects.push(record);
                Ok(())
            });
            for record in objects {
                if sender.send(Ok(record)).await.is_err() {
                    return;
                }
            }
            if let Err(error) = read {
                let _ = sender.send(Err(error)).await;
                return;
            }
            if let Err(error) = self.send_users(&sender).await {
                let _ = sender.send(Err(error)).await;
            }
        });
        receiver
    }

    async fn send_users(self, sender: &tokio::sync::mpsc::Sender<Result<Record>>) -> Result<()> {
        let mut cursor = self.db.rows(&self.users.name).await?;
        loop {
            let rows = self.db.next(&mut cursor).await?;
            if rows.is_empty() {
                break;
            }
            for columns in rows {
                let record = self.overview.user(&self.users.row(columns));
                let sent = sender.send(Ok(record)).await;
                sent.map_err(|_| ReadError::Stopped)?;
            }
        }
        Ok(self.db.close().await?)
    }
}

/// The tables of a database beside those of Django's own apps.
struct Schema<'a> {
    db: &'a ForeignDb,
    tables: &'a [String],
    /// Name of the table of users.
    users: &'a str,
    /// Table, column and the table that it refers to.
    references: Vec<[String; 3]>,
}

impl Schema<'_> {
    async fn read(&self, overview: &mut Overview) -> Result<()> {
        let mut known: HashSet<String> = TABLES.map(|(table, _)| table.to_owned()).into();
        let own = ["", "_groups", "_user_permissions"].map(|end| format!("{}{end}", self.users));
        known.extend(own);
        for (table, model) in Overview::left_tables() {
            if self.tables.contains(&table) {
                overview.leave(model, self.db.count(&table).await?);
                if Overview::is_device(model) {
                    each(self.db, &table, &mut |columns| {
                        overview.add_device(model, &row(model, columns));
                    })
                    .await?;
                }
            }
            known.insert(table);
        }
        for named in overview.site_tables() {
            let model = named.model();
            let table = model.replace('.', "_").to_lowercase();
            let mut tables = self.tables.iter();
            let Some(table) = tables.find(|one| **one == table || *one == model) else {
                let text = format!("there is no table {table}, which an option names");
                return Err(ReadError::Unusable(text));
            };
            if table == self.users {
                continue;
            }
            let through = format!("{table}_{}", named.field(2, "members"));
            let members = self.members(&through).await?;
            each(self.db, table, &mut |columns| {
                let mut row = row(model, columns);
                let pk = row.pk.as_ref().map(key).unwrap_or_default();
                if let Some(members) = members.get(&pk) {
                    let members = Value::Array(members.clone());
                    row.fields
                        .insert(named.field(2, "members").to_owned(), members);
                }
                overview.add(&row);
            })
            .await?;
            known.extend([table.clone(), through]);
        }
        let others = self.tables.iter().filter(|table| !known.contains(*table));
        for table in others {
            self.relation(table, overview).await?;
        }
        Ok(())
    }

    /// Returns the columns of a table that refer to users.
    fn of_users(&self, table: &str, columns: &[String]) -> Vec<String> {
        let found = self.references.iter();
        let found = found.filter(|[own, _, other]| own == table && other == self.users);
        let found: Vec<_> = found.map(|[_, column, _]| column.clone()).collect();
        // A relation to another database has no constraint.
        let usual = columns.iter().filter(|column| *column == "user_id");
        if found.is_empty() {
            usual.cloned().collect()
        } else {
            found
        }
    }

    /// Returns the users of the rows of a table with members, by the key of the row.
    async fn members(&self, through: &str) -> Result<HashMap<String, Vec<Value>>> {
        if !self.tables.iter().any(|table| table == through) {
            return Ok(HashMap::new());
        }
        let columns = self.db.columns(through).await?;
        match self.of_users(through, &columns).as_slice() {
            [column, ..] => many(self.db, self.tables, through, column).await,
            [] => Ok(HashMap::new()),
        }
    }

    /// Lists a table that refers to users, and finds out who has a second factor in it.
    async fn relation(&self, table: &str, overview: &mut Overview) -> Result<()> {
        let columns = self.db.columns(table).await?;
        let of_users = self.of_users(table, &columns);
        if of_users.is_empty() {
            return Ok(());
        }
        let count = self.db.count(table).await?;
        let relations = &mut overview.relations;
        relations.add_table(table, count, &columns, &of_users);
        if relations.is_factor(table) {
            each(self.db, table, &mut |columns| {
                let row = row(table, columns);
                let of_users = of_users.iter().map(|name| name.trim_end_matches("_id"));
                for user in of_users.filter_map(|name| reference(&row, name)) {
                    if factor::is_active(&row) {
                        relations.add_factor(key(user), table);
                    }
                }
            })
            .await?;
        }
        Ok(())
    }
}

impl UserTable {
    fn row(&self, columns: Map<String, Value>) -> Row {
        let mut row = row(&self.name, columns);
        let pk = row.pk.as_ref().map(key).unwrap_or_default();
        let held = [
            ("groups", &self.groups),
            ("user_permissions", &self.permissions),
        ];
        for (name, all) in held {
            let list = all.get(&pk).cloned().unwrap_or_default();
            row.fields.insert(name.to_owned(), Value::Array(list));
        }
        row
    }
}

/// Finds the table of users: the one of `--user-model`, otherwise the only one with both columns.
async fn user_table(db: &ForeignDb, tables: &[String], options: &DjangoOptions) -> Result<String> {
    let unusable = |text: String| Err(ReadError::Unusable(text));
    if let Some(model) = &options.user_model {
        let table = model.replace('.', "_").to_lowercase();
        return if tables.contains(&table) {
            Ok(table)
        } else {
            unusable(format!("there is no table {table}"))
        };
    }
    let mut found = Vec::new();
    for table in tables {
        let columns = db.columns(table).await?;
        let has = |name: &str| columns.iter().any(|column| column == name);
        if has("password") && has("last_login") {
            found.push(table.clone());
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => unusable(
            "no table has both password and last_login; if the site keeps its users in another database, \
             name that one"
                .to_owned(),
        ),
        all => unusable(format!(
            "several tables look like users; name one with --user-model: {}",
            all.join(", ")
        )),
    }
}

async fn each(db: &ForeignDb, table: &str, take: &mut dyn FnMut(Map<String, Value>)) -> Result<()> {
    let mut cursor = db.rows(table).await?;
    loop {
        let rows = db.next(&mut cursor).await?;
        if rows.is_empty() {
            return Ok(());
        }
        rows.into_iter().for_each(&mut *take);
    }
}

/// Reads a table of pairs: owner → values of the column `of`.
async fn many(
    db: &ForeignDb,
    tables: &[String],
    table: &str,
    of: &str,
) -> Result<HashMap<String, Vec<Value>>> {
    let mut all: HashMap<String, Vec<Value>> = HashMap::new();
    if !tables.iter().any(|one| one == table) {
        return Ok(all);
    }
    each(db, table, &mut |mut columns| {
        columns.remove("id");
        let value = columns.remove(of).unwrap_or_default();
        if let Some((_, owner)) = columns.into_iter().next() {
            all.entry(key(&owner)).or_default().push(value);
        }
    })
    .await?;
    Ok(all)
}
