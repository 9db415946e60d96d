//! Processes that end with their test.

use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A process that the test kills at its end.
#[derive(Debug)]
pub struct Running(pub Child);

impl Running {
    /// Sends a signal to the process, such as `-TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(sent.unwrap().success(), "{signal}");
    }

    /// Returns the resident memory of the process in KiB: `VmRSS` of proc_pid_status(5).
    #[cfg(target_os = "linux")]
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Pauses the test, while the processes go on.
#[allow(clippy::disallowed_methods, reason = "processes run on the operating system's clock")]
pub fn pause(length: Duration) {
    std::thread::sleep(length);
}

/// Waits until no other test has the lock. Worlds that run many times as fast as the clock need the whole machine.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
