//! A PostgreSQL for tests: a throw-away server from the installed programs, or the one that
//! `TEST_DATABASE_URL` names. Each test gets a database of its own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

/// The script that starts a server and prints its folder, restarts the server for each line of
/// its input, and removes everything at the input's end. So nothing stays behind even if the
/// tests are killed. `fsync` is off, because these data need not survive a crash.
///
/// PostgreSQL refuses to run as root. The folder is created before the user changes, because
/// that user need not be able to write to the folder of temporary files.
const GUARDIAN: &str = r#"
programs=$1 user=$2
exec 3>&1 >/dev/null 2>&1
dir=$(mktemp -d) || { echo "not started: no folder in ${TMPDIR:-/tmp}" >&3; exit 1; }
said=$dir/said
as_user() {
    if [ -n "$user" ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}
control() { as_user "$programs/pg_ctl" -D "$dir/data" "$@"; }
trap 'control -m immediate stop; rm -rf "$dir"' EXIT
[ -z "$user" ] || chown "$user" "$dir"
cd "$dir"
{
    as_user "$programs/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync &&
        control -l "$dir/log" -w start -o "-k $dir -c listen_addresses= -c fsync=off -c max_connections=200"
} >"$said" 2>&1 || {
    echo "not started: $(tail -n 5 "$said" "$dir/log" | tr '\n' ' ')" >&3
    exit 1
}
echo "$dir" >&3
while read -r _; do
    control -l "$dir/log" -m immediate -w restart
    echo restarted >&3
done
"#;

/// A server that runs until it is dropped.
pub struct Server {
    guardian: Child,
    orders: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
    folder: String,
}

impl Server {
    /// Starts a server. Returns `None` if PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", GUARDIAN, "sh"]).arg(programs()?);
        command.arg(its_user());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C ends the tests, and the guardian has to outlive them.
        let mut guardian = command.process_group(0).spawn().unwrap();
        let mut server = Self {
            orders: guardian.stdin.take(),
            reports: BufReader::new(guardian.stdout.take().unwrap()),
            guardian,
            folder: String::new(),
        };
        server.folder = server.report();
        Some(server)
    }

    /// Ends the server as a crash would and starts it again.
    pub fn restart(&mut self) {
        writeln!(self.orders.as_ref().unwrap(), "restart").unwrap();
        assert_eq!(self.report(), "restarted");
    }

    /// Returns the address of the server's default database. It is a socket's, so no two servers
    /// want the same port.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder
        )
    }

    fn report(&mut self) -> String {
        let mut line = String::new();
        self.reports.read_line(&mut line).unwrap();
        let said = line.trim();
        assert!(!said.is_empty(), "PostgreSQL's guardian ended");
        assert!(!said.starts_with("not started: "), "PostgreSQL is {said}");
        said.to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.guardian.wait();
    }
}

/// Returns the address of a new database, or prints a note and returns `None` if there is no
/// PostgreSQL. All tests of a program share one server.
pub async fn database() -> Option<String> {
    static SHARED: OnceLock<Option<Mutex<Server>>> = OnceLock::new();
    let own = || {
        let server = SHARED.get_or_init(|| Server::start().map(Mutex::new));
        Some(server.as_ref()?.lock().unwrap().url())
    };
    let Some(url) = std::env::var("TEST_DATABASE_URL").ok().or_else(own) else {
        eprintln!("skipped: no PostgreSQL");
        return None;
    };
    Some(database_at(&url).await)
}

/// Creates a database on the server of `url`, and returns its address.
pub async fn database_at(url: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let name = format!("videostatus_test_{since}_{number}");
    let mut connection = PgConnection::connect(url).await.unwrap();
    // template1 cannot be copied while somebody is connected to it.
    let create = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection
        .execute(sqlx::AssertSqlSafe(create))
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (rest, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = rest.rsplit_once('/').unwrap();
    format!("{server}/{name}?{query}")
}

/// Returns the folder of `initdb` and `pg_ctl`, on PATH or where Debian installs the newest
/// version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let mut versions: Vec<_> = versions
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    versions.sort();
    folders.extend(versions.iter().rev().map(|version| version.join("bin")));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// Returns the user to run PostgreSQL as if the tests run as root; otherwise an empty name.
fn its_user() -> &'static str {
    let id = |args: &[&str]| Command::new("id").args(args).output().unwrap();
    if id(&["-u"]).stdout.trim_ascii() != b"0" {
        return "";
    }
    let known = id(&["-u", "postgres"]).status.success();
    if known { "postgres" } else { "nobody" }
}
