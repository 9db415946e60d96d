//! The size of a cluster in a world.

use super::*;

#[test]
fn five_thousand_tasks_on_150_instances_are_drained() {
    let mut world = World::new(3, Switches::default());
    for number in 0..150 {
        world.agent_starts(&format!("i-{number}"), &agent(200));
    }
    for number in 0..24 {
        world.create_service(&service(&format!("api-{number}"), 200));
    }
    world.create_service(&daemon("logs"));
    for _ in 0..150 {
        world.start_task(&standalone("batch"), "i-0");
    }
    pass(&mut world, 10);

    for number in 0..20 {
        drain(&mut world, &format!("i-{number}"));
    }
    pass(&mut world, 1200);

    assert_eq!(left_on(&world, "i-0").len(), 150);
    assert!((1..20).all(|number| left_on(&world, &format!("i-{number}")).is_empty()));
    let running = (20..150).map(|number| left_on(&world, &format!("i-{number}")).len());
    assert_eq!(running.sum::<usize>(), 4800 + 130);
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let run = |seed| {
        let mut world = World::new(seed, Switches::default());
        for number in 0..4 {
            world.agent_starts(&format!("i-{number}"), &agent(20));
        }
        world.create_service(&service("api", 12));
        drain(&mut world, "i-1");
        pass(&mut world, 600);
        format!("{:?}", world.history())
    };

    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}
