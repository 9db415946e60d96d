//! Session of a command: its runtime, its clients, and who runs it.

use std::sync::Arc;

use aws::Clients;
use aws_services::operation_observer::{ObservedStep, OperationObserver};
use aws_services::operation_report::OperationReport;
use aws_services::{OperationStep, ServiceName, Stepper};
use notify::operations::NotifyingOperations;
use notify::{Notifier, NotifySettings};

use super::error::OperationError;
use crate::access::AccessArguments;
use crate::exit::Exit;
use crate::output::printing;

/// Clients of a command, and the caller behind its credentials.
pub(super) struct Session {
    pub(super) stepper: Stepper,
    /// ARN of the caller, or the local user if STS does not answer.
    pub(super) by: String,
    /// Account of the credentials, if STS answers.
    pub(super) account: Option<String>,
    observer: NotifyingOperations,
}

impl Session {
    /// Creates the clients, and asks STS who calls.
    pub(super) async fn start(access: &AccessArguments) -> Result<Self, OperationError> {
        let settings = NotifySettings::from_environment(std::env::vars())?;
        let clients = Clients::with(&access.access()).await?;
        let notifier = Arc::new(Notifier::new(&settings, &clients));
        let observer = NotifyingOperations::at_once(notifier);
        let stepper = Stepper::new(clients);
        let caller = stepper.clients().identity.caller().await.ok();
        let account = caller.as_ref().map(|caller| caller.account.clone());
        let by = caller.map_or_else(local_user, |caller| caller.arn);
        Ok(Self { stepper, by, account, observer })
    }

    /// Sends the notifications of a step.
    pub(super) async fn observe(
        &self,
        name: &ServiceName,
        step: &OperationStep,
        report: &OperationReport,
    ) {
        self.observer.stepped(ObservedStep { name, step, report }).await;
    }
}

/// Returns the name of the local user. A network without an endpoint of STS must not prevent an operation.
fn local_user() -> String {
    std::env::var("USER").unwrap_or_else(|_| "the command line".to_owned())
}

/// Runs a command to its end, and reports its error.
pub(super) fn block_on(command: impl Future<Output = Result<Exit, OperationError>>) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(OperationError::Runtime);
    match ended.and_then(|runtime| runtime.block_on(command)) {
        Ok(exit) => exit,
        Err(error) => {
            printing::complain(&error.to_string());
            error.exit()
        }
    }
}
