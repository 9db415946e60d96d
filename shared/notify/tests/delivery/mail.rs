//! Deliveries by mail.

use aws::fault::Fault;
use notify::{Channel, Notifier};

use crate::mail_server::{MailServer, Offer};
use crate::{drain_ended, notifier, operation_ended};

fn notifier_of(server: &MailServer, tls: &str, password: &str) -> Notifier {
    notifier(&[
        ("EBB_NOTIFY_SMTP_HOST", "localhost"),
        ("EBB_NOTIFY_SMTP_PORT", &server.port),
        ("EBB_NOTIFY_SMTP_TLS", tls),
        ("EBB_NOTIFY_SMTP_USER", "ebb"),
        ("EBB_NOTIFY_SMTP_PASSWORD", password),
        ("EBB_NOTIFY_SMTP_FROM", "ebb <ebb@amazonaws.com>"),
        ("EBB_NOTIFY_SMTP_TO", "ann@amazonaws.com, bob@amazonaws.com"),
        ("EBB_NOTIFY_SMTP_SUBJECT_PREFIX", "[prod]"),
        ("EBB_NOTIFY_SMTP_CA_FILE", &server.ca_file),
    ])
}

fn position(lines: &[String], start: &str) -> usize {
    lines.iter().position(|line| line.starts_with(start)).expect("the server received it")
}

#[tokio::test]
async fn mail_by_starttls_has_subject_receivers_and_numbers() {
    let server = MailServer::start("starttls", Offer::Starttls).await;
    let notifier = notifier_of(&server, "starttls", "right");
    notifier.add(operation_ended());

    let faults = notifier.flush_all().await;

    assert_eq!(faults, []);
    let lines = server.lines();
    for expected in [
        "RCPT TO:<ann@amazonaws.com>",
        "RCPT TO:<bob@amazonaws.com>",
        "Subject: [prod] recycle of service api in cluster shop ended: failed: task",
        "tasks left: 3",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected}: {lines:#?}");
    }
}

#[tokio::test]
async fn password_is_sent_after_the_encryption_began() {
    let server = MailServer::start("order", Offer::Starttls).await;

    notifier_of(&server, "starttls", "right").test(Channel::Smtp).await;

    let lines = server.lines();
    assert!(position(&lines, "AUTH PLAIN") > position(&lines, "(TLS)"), "{lines:#?}");
}

#[tokio::test]
async fn mail_by_implicit_tls_is_delivered() {
    let server = MailServer::start("implicit", Offer::Implicit).await;

    let delivery = notifier_of(&server, "implicit", "right").test(Channel::Smtp).await;

    assert_eq!(delivery.fault, None);
    assert_eq!(server.lines()[0], "(TLS)");
}

#[tokio::test]
async fn server_without_starttls_gets_no_password_and_no_mail() {
    let server = MailServer::start("nothing", Offer::Nothing).await;

    let delivery = notifier_of(&server, "starttls", "right").test(Channel::Smtp).await;

    assert!(matches!(delivery.fault, Some(Fault::Denied(_))), "{delivery:?}");
    let lines = server.lines();
    assert!(!lines.iter().any(|it| it.starts_with("AUTH") || it == "DATA"), "{lines:?}");
}

#[tokio::test]
async fn certificate_of_an_unknown_authority_is_refused() {
    let mut wrong = MailServer::start("unknown", Offer::Implicit).await;
    let other = MailServer::start("other", Offer::Implicit).await;
    wrong.ca_file.clone_from(&other.ca_file);

    let delivery = notifier_of(&wrong, "implicit", "right").test(Channel::Smtp).await;

    assert!(delivery.fault.is_some());
    assert!(!wrong.lines().iter().any(|it| it.starts_with("EHLO")));
}

#[tokio::test]
async fn wrong_password_is_denied_with_the_answer_of_the_server() {
    let server = MailServer::start("wrong", Offer::Implicit).await;

    let delivery = notifier_of(&server, "implicit", "wrong").test(Channel::Smtp).await;

    let Some(Fault::Denied(text)) = &delivery.fault else { panic!("{delivery:?}") };
    assert!(text.contains("wrong password") && text.contains("localhost:"), "{text}");
}

#[tokio::test]
async fn crowd_of_drains_is_one_mail() {
    let server = MailServer::start("crowd", Offer::Implicit).await;
    let notifier = notifier_of(&server, "implicit", "right");
    (0..60).for_each(|n| notifier.add(drain_ended(n)));

    notifier.flush_all().await;

    let lines = server.lines();
    assert_eq!(lines.iter().filter(|it| *it == "DATA").count(), 1);
    assert!(lines.contains(&"Subject: [prod] 60 drains ended in cluster web".to_owned()));
    assert_eq!(notifier.counts()[&Channel::Smtp], (60, 0));
}
