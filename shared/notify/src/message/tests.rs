use jiff::Timestamp;

use super::*;

fn ended(instance: &str, cluster: &str) -> Notification {
    let subject = format!("drain of {instance} in cluster {cluster} ended: empty");
    let time = Timestamp::from_second(1_772_442_000).unwrap();
    let mut it = Notification::new(NotificationKind::DrainEnded, Severity::Info, subject, time);
    it.cluster = Some(cluster.to_owned());
    it.ec2_instance = Some(instance.to_owned());
    it.numbers.insert("tasksLeft".to_owned(), 2);
    it
}

#[test]
fn text_of_one_notification_has_its_place_and_its_numbers() {
    let text = Message::of(ended("i-0a1", "web")).text();

    assert_eq!(
        text,
        "drain of i-0a1 in cluster web ended: empty\n\nseverity: info\ntime: 2026-03-02T09:00:00Z\n\
         cluster: web\nEC2 instance: i-0a1\nreason: drain-ended\ntasks left: 2\n"
    );
}

#[test]
fn subject_of_a_crowd_is_its_number_with_the_cluster_that_all_share() {
    let crowd = |second: &str| {
        Message::of_all(vec![ended("i-0a1", "web"), ended("i-0a2", second)]).unwrap().subject()
    };

    assert_eq!(crowd("web"), "2 drains ended in cluster web");
    assert_eq!(crowd("api"), "2 drains ended");
}

#[test]
fn text_of_a_crowd_lists_twenty_and_counts_the_rest() {
    let all = (0..42).map(|n| ended(&format!("i-{n}"), "web")).collect();

    let text = Message::of_all(all).unwrap().text();

    assert_eq!(text.lines().filter(|line| line.starts_with("- ")).count(), 20);
    assert!(text.ends_with("and 22 more\n"), "{text}");
}

// SNS API reference, Publish: ASCII, no line breaks, fewer than 100 characters.
#[test]
fn subject_line_is_short_ascii_without_line_breaks() {
    let mut long = ended("i-0a1", "web");
    long.subject = format!("tâche\nperdue {}", "x".repeat(200));

    let line = Message::of(long).subject_line("[ebb] ");

    assert_eq!(line.len(), 99);
    assert!(line.starts_with("[ebb] t?che?perdue x"), "{line}");
    assert!(line.ends_with("x..."), "{line}");
}

#[test]
fn severity_of_a_crowd_is_its_greatest() {
    let mut lost = ended("i-0a2", "web");
    lost.severity = Severity::Error;

    let crowd = Message::of_all(vec![ended("i-0a1", "web"), lost]).unwrap();

    assert_eq!(crowd.severity(), Severity::Error);
}
