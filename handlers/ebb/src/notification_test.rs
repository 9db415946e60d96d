//! `ebb notify --test`: one test notification by each configured channel.

use std::io::IsTerminal;

use aws::Clients;
use aws::access::AccessError;
use aws::config::ConfigErrors;
use clap::Args;
use futures::future::join_all;
use notify::channels::ChannelDelivery;
use notify::{Channel, Notifier, NotifySettings};
use serde_json::{Value, json};
use strum::VariantNames;

use crate::access::AccessArguments;
use crate::exit::Exit;
use crate::output::printing;

/// Arguments of `ebb notify`.
///
/// The channels are those of the variables EBB_NOTIFY_…, as a worker and the functions read them.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every channel took the test; 1 a channel failed; 2 a mistake in the arguments or variables.\n\n\
    Example: EBB_NOTIFY_EVENT_BUS=default ebb notify --test"
)]
pub(crate) struct NotifyArguments {
    /// Send one test notification by each configured channel
    #[arg(long, required = true)]
    test: bool,
    /// Channel to test; may be repeated; without it all that are configured
    #[arg(long = "channel", value_name = "CHANNEL", value_parser = clap::builder::PossibleValuesParser::new(Channel::VARIANTS))]
    channels: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: AccessArguments,
}

/// Reason why no test was sent.
#[derive(Debug, thiserror::Error)]
enum TestError {
    #[error("{0}")]
    Configuration(#[from] ConfigErrors),
    #[error("{0}")]
    Access(#[from] AccessError),
    #[error(
        "no channel is configured: set EBB_NOTIFY_EVENT_BUS, EBB_NOTIFY_TOPIC_ARN, EBB_NOTIFY_WEBHOOK_SECRET or EBB_NOTIFY_SMTP_HOST"
    )]
    NoChannel,
    #[error("channel {0} is not configured: infra/README.md lists the variables EBB_NOTIFY_…")]
    NotConfigured(String),
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

/// Runs `ebb notify`.
pub(crate) fn command(arguments: &NotifyArguments) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let sent =
        runtime.map_err(TestError::Runtime).and_then(|runtime| runtime.block_on(send(arguments)));
    match sent {
        Ok(deliveries) => report(&deliveries, arguments.json),
        Err(error) => {
            printing::complain(&error.to_string());
            match error {
                TestError::Runtime(_) => Exit::Broken,
                _ => Exit::Usage,
            }
        }
    }
}

async fn send(arguments: &NotifyArguments) -> Result<Vec<ChannelDelivery>, TestError> {
    let settings = NotifySettings::from_environment(std::env::vars())?;
    let clients = Clients::with(&arguments.access.access()).await?;
    let notifier = Notifier::new(&settings, &clients);
    let configured = notifier.configured();
    if configured.is_empty() {
        return Err(TestError::NoChannel);
    }
    let asked: Vec<Channel> = arguments.channels.iter().filter_map(|it| it.parse().ok()).collect();
    if let Some(missing) = asked.iter().find(|channel| !configured.contains(channel)) {
        return Err(TestError::NotConfigured(missing.as_str().to_owned()));
    }
    let channels = if asked.is_empty() { configured } else { asked };
    Ok(join_all(channels.into_iter().map(|channel| notifier.test(channel))).await)
}

fn report(deliveries: &[ChannelDelivery], is_json: bool) -> Exit {
    let text = match is_json || !std::io::stdout().is_terminal() {
        true => {
            format!("{:#}\n", json!({ "channels": deliveries.iter().map(row).collect::<Vec<_>>() }))
        }
        false => table(deliveries),
    };
    let is_complete = deliveries.iter().all(|delivery| delivery.fault.is_none());
    let exit = if is_complete { Exit::NothingLost } else { Exit::Unsuccessful };
    printing::print(&text).unwrap_or(exit)
}

fn row(delivery: &ChannelDelivery) -> Value {
    json!({
        "channel": delivery.channel,
        "delivery": result(delivery),
        "error": delivery.fault.as_ref().map(ToString::to_string),
    })
}

fn result(delivery: &ChannelDelivery) -> &'static str {
    if delivery.fault.is_none() { "sent" } else { "failed" }
}

/// Returns the channels in a table, each with its result.
fn table(deliveries: &[ChannelDelivery]) -> String {
    let mut table = format!("{:8}  {:6}  ERROR\n", "CHANNEL", "RESULT");
    for delivery in deliveries {
        let error = delivery.fault.as_ref().map_or("-".to_owned(), ToString::to_string);
        let (channel, result) = (delivery.channel.as_str(), result(delivery));
        table.push_str(&format!("{channel:8}  {result:6}  {error}\n"));
    }
    table
}

#[cfg(test)]
mod tests {
    use aws::fault::Fault;

    use super::*;

    #[test]
    fn table_has_a_row_for_each_channel_with_its_error() {
        let delivery = |channel, fault| ChannelDelivery { channel, notifications: 1, fault };
        let deliveries = [
            delivery(Channel::Events, None),
            delivery(Channel::Smtp, Some(Fault::Busy("no answer in time".to_owned()))),
        ];

        assert_eq!(
            table(&deliveries),
            "CHANNEL   RESULT  ERROR\nevents    sent    -\nsmtp      failed  no answer in time\n"
        );
    }
}
