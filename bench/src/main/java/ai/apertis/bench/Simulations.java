package ai.apertis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Runs Gatling simulations against each target in turn, and keeps what Gatling says at their end. */
final class Simulations {
    private static final String SUMMARY = "---- Global Information";

    private Simulations() {}

    /**
     * Runs.
     *
     * @param args {@code --simulations Chat,Stream,Agent,Ramp --rate 50 --seconds 20 --targets nginx,free,billed --name
     *     <date>-gatling}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "simulations", "Chat,Stream,Agent,Ramp",
                        "rate", "50",
                        "seconds", "20",
                        "targets", "nginx,free,billed",
                        "first-ms", "20",
                        "name", LocalDate.now() + "-gatling"));
        Plan plan = Plan.parse(
                new String[] {"--targets", flags.get("targets"), "--first-ms", flags.get("first-ms")},
                flags.get("name"));
        Paper paper = new Paper();
        paper.say("# Gatling simulations, %s", LocalDate.now());
        paper.say("");
        paper.say("%d processors. `bench/gatling %s`", Runtime.getRuntime().availableProcessors(), flags.spelled());
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage)) {
            for (Target target : stage.targets()) {
                meter.measure(target, plan.warmUp());
            }
            meter.pace(plan.pace());
            for (String simulation : flags.get("simulations").split(",")) {
                for (Target target : stage.targets()) {
                    paper.say("");
                    paper.say("## %s, %s", simulation, target.name());
                    paper.say("");
                    paper.say("```");
                    summary(run(simulation, target, flags)).forEach(line -> paper.say("%s", line));
                    paper.say("```");
                }
            }
        }
        paper.keep(flags.get("name"));
    }

    private static List<String> run(String simulation, Target target, Flags flags)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("apertis-gatling");
        try {
            Path said = folder.resolve("said.txt");
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--add-opens=java.base/java.lang=ALL-UNNAMED",
                            "-Dtarget=http://" + target.host() + ":" + target.port() + target.basePath(),
                            "-Dkey=" + target.key(),
                            "-Dmodel=" + target.model(),
                            "-Drate=" + flags.get("rate"),
                            "-Dseconds=" + flags.get("seconds"),
                            "-cp",
                            System.getProperty("bench.simulations.classpath"),
                            "io.gatling.app.Gatling",
                            "-s",
                            "ai.apertis.simulations." + simulation + "Simulation",
                            "-rf",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start()
                    .waitFor();
            return Files.readAllLines(said);
        } finally {
            Stage.delete(folder);
        }
    }

    /**
     * The last summary that it printed, and what became of its assertions; all of it where there is no summary. Its report in HTML
     * goes away with its folder.
     */
    private static List<String> summary(List<String> said) {
        int last = said.size() - 1;
        while (last > 0 && !said.get(last).startsWith(SUMMARY)) {
            last--;
        }
        return said.subList(last, said.size()).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("====") && !line.startsWith("Reports generated"))
                .toList();
    }
}
