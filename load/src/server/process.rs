//! A server of our own: started with its data, killed, paused, started again.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::http::Target;

const STARTS_WITHIN: Duration = Duration::from_secs(60);
const STOPS_WITHIN: Duration = Duration::from_secs(30);

/// How to start it.
#[derive(Clone, Debug)]
pub struct ServerCommand {
    pub binary: PathBuf,
    pub data: PathBuf,
    pub key: String,
    /// Where its standard output and error go.
    pub log: PathBuf,
    /// Further settings: `UNDERSTUDY__SECTION__KEY=value`.
    pub environment: Vec<(String, String)>,
}

/// Killed when dropped: no run leaves a server behind.
pub struct ServerProcess {
    command: ServerCommand,
    child: Child,
    pub target: Target,
}

impl ServerCommand {
    pub fn start(self) -> Result<ServerProcess> {
        let (child, url) = self.spawn()?;
        let target = Target::parse(&url, &self.key)?;
        Ok(ServerProcess { command: self, child, target })
    }

    /// Runs another command of the binary on the same data, to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--data").arg(&self.data).envs(self.environment.iter().cloned());
        let output = command.output().with_context(|| format!("cannot run {}", self.binary.display()))?;
        let mut log = self.open_log()?;
        log.write_all(&output.stdout)?;
        log.write_all(&output.stderr)?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            let said: Vec<&str> = words.lines().rev().take(10).collect();
            bail!("{} {} failed ({}): {}", self.binary.display(), arguments.join(" "), output.status, said.join(" | "));
        }
        Ok(())
    }

    fn spawn(&self) -> Result<(Child, String)> {
        let log = self.open_log()?;
        let mut child = Command::new(&self.binary)
            .arg("serve")
            .env("UNDERSTUDY__HTTP__ADDRESS", "127.0.0.1")
            .env("UNDERSTUDY__HTTP__PORT", "0")
            .env("UNDERSTUDY__DATA__DIR", &self.data)
            .env("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", &self.key)
            .env("UNDERSTUDY__CHAOS__ENABLED", "true")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let output = child.stdout.take().context("the server's standard output is piped")?;
        let (said, listening) = channel();
        let mut log = log;
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("listening on ") {
                    // Nobody waits for it any more after the first.
                    let _ = said.send(url.trim().to_owned());
                }
                let _ = writeln!(log, "{line}");
            }
        });
        match listening.recv_timeout(STARTS_WITHIN) {
            Ok(url) => Ok((child, url)),
            Err(_) => {
                child.kill()?;
                child.wait()?;
                bail!("the server did not say where it listens; see {}", self.log.display())
            }
        }
    }

    fn open_log(&self) -> Result<File> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        log.with_context(|| format!("cannot write {}", self.log.display()))
    }
}

impl ServerProcess {
    /// `SIGKILL`: no time for last words. The process is gone when this returns.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().context("cannot kill the server")?;
        self.child.wait().context("the killed server cannot be waited for")?;
        Ok(())
    }

    /// Starts it again on the same data; everyone who holds the target finds it.
    pub fn start_again(&mut self) -> Result<()> {
        let (child, url) = self.command.spawn()?;
        self.child = child;
        self.target.moved_to(Target::parse(&url, &self.command.key)?.address());
        Ok(())
    }

    /// Of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    pub fn go_on(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// `SIGTERM`, and its end in good order.
    pub fn stop(mut self) -> Result<ServerCommand> {
        self.signal(Signal::TERM)?;
        let deadline = Instant::now() + STOPS_WITHIN;
        while Instant::now() < deadline {
            if self.child.try_wait()?.is_some() {
                return Ok(self.command.clone());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill()?;
        bail!("the server did not stop within {STOPS_WITHIN:?} of SIGTERM")
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("the server has no process id")?;
        kill_process(id, signal).with_context(|| format!("cannot send {signal:?} to the server"))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
