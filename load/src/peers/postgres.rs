//! A PostgreSQL of our own: made in a temporary directory, reached through a socket there, gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

const SCHEMA: &str = include_str!("sql/schema.sql");
const RESET: &str = include_str!("sql/reset.sql");
/// PostgreSQL refuses to run as root; then this user does it.
const USER: &str = "postgres";

pub struct Postgres {
    tools: Tools,
    directory: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Chosen,
    AnyTwo,
    Counter,
}

impl Script {
    fn text(self) -> &'static str {
        match self {
            Self::Chosen => include_str!("sql/chosen.sql"),
            Self::AnyTwo => include_str!("sql/any_two.sql"),
            Self::Counter => include_str!("sql/counter.sql"),
        }
    }

    fn commands_in_one(self) -> f64 {
        if self == Self::Chosen { 2.0 } else { 1.0 }
    }
}

struct Tools {
    initdb: PathBuf,
    pg_ctl: PathBuf,
    psql: PathBuf,
    pgbench: PathBuf,
    as_root: bool,
}

impl Tools {
    /// `None`: not on this machine.
    fn find() -> Option<Self> {
        let tool = |name: &str| {
            let mut places: Vec<PathBuf> =
                std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
            let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            places.extend(installed.map(|version| version.path().join("bin")));
            places.into_iter().map(|place| place.join(name)).find(|path| path.is_file())
        };
        Some(Self {
            initdb: tool("initdb")?,
            pg_ctl: tool("pg_ctl")?,
            psql: tool("psql")?,
            pgbench: tool("pgbench")?,
            as_root: rustix::process::getuid().is_root(),
        })
    }

    /// As a user that PostgreSQL accepts.
    fn command(&self, tool: &Path) -> Command {
        if !self.as_root {
            return Command::new(tool);
        }
        let mut command = Command::new("runuser");
        command.args(["-u", USER, "--"]).arg(tool);
        command
    }
}

impl Postgres {
    pub fn start() -> Result<Option<Self>> {
        let Some(tools) = Tools::find() else { return Ok(None) };
        let directory = std::env::temp_dir().join(format!("load-postgres-{}", std::process::id()));
        fs::create_dir_all(&directory)?;
        if tools.as_root {
            run(Command::new("chown").arg(USER).arg(&directory))?;
        }
        let postgres = Self { tools, directory };
        let data = postgres.data();
        run(postgres.tools.command(&postgres.tools.initdb).args(["-A", "trust", "-U", "load", "-D"]).arg(&data))?;
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c synchronous_commit=on -c fsync=on \
             -c shared_buffers=1GB -c max_wal_size=8GB -c checkpoint_timeout=30min -c max_connections=300",
            postgres.directory.display()
        );
        let mut start = postgres.tools.command(&postgres.tools.pg_ctl);
        start.args(["start", "-w", "-s", "-D"]).arg(&data).arg("-l").arg(postgres.directory.join("log"));
        // pg_ctl hands its standard output on to the server, which would keep a pipe open for as long as it runs.
        let status = start.args(["-o", &options]).stdout(std::process::Stdio::null()).status()?;
        ensure!(status.success(), "PostgreSQL does not start: {status}");
        postgres.sql(SCHEMA)?;
        Ok(Some(postgres))
    }

    /// Commands a second.
    pub fn bench(&self, script: Script, clients: usize, length: Duration) -> Result<f64> {
        self.sql(RESET)?;
        let file = self.directory.join("script.sql");
        fs::write(&file, script.text())?;
        let mut bench = self.tools.command(&self.tools.pgbench);
        bench.args(["-n", "-M", "prepared", "-j", "2", "-D", "n=0", "-U", "load", "-h"]).arg(&self.directory);
        bench.args(["-c", &clients.to_string(), "-T", &length.as_secs().max(1).to_string(), "-f"]).arg(&file);
        let output = run(bench.arg("postgres"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let tps = text.lines().find_map(|line| line.strip_prefix("tps = ")).and_then(|tps| tps.split(' ').next());
        let tps: f64 = tps.and_then(|tps| tps.parse().ok()).with_context(|| format!("pgbench said no tps: {text}"))?;
        Ok(tps * script.commands_in_one())
    }

    fn sql(&self, sql: &str) -> Result<()> {
        let file = self.directory.join("statements.sql");
        fs::write(&file, sql)?;
        let mut psql = self.tools.command(&self.tools.psql);
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "load", "-h"]).arg(&self.directory).arg("-f").arg(&file);
        run(psql.arg("postgres")).map(drop)
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Nothing can be done about an error here but to say it.
        let mut stop = self.tools.command(&self.tools.pg_ctl);
        if let Err(error) = run(stop.args(["stop", "-w", "-m", "immediate", "-D"]).arg(self.data())) {
            eprintln!("PostgreSQL did not stop: {error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            eprintln!("{} could not be removed: {error}", self.directory.display());
        }
    }
}

fn run(command: &mut Command) -> Result<Output> {
    // Users other than root may not look at where we are.
    let output = command.current_dir("/").output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output)
}
