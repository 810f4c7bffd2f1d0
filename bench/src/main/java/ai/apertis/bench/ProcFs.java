package ai.apertis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of processes under {@code /proc} (proc(5)). Of a process that has ended it tells nothing: zero. */
final class ProcFs {
    /** USER_HZ, which is 100 on every architecture that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int STOLEN = 8;

    private ProcFs() {}

    static double cpuSeconds(ProcessHandle process) {
        String stat = read(Path.of("/proc", Long.toString(process.pid()), "stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        // The name, in brackets, may hold anything; fields are counted after it, from the third.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    /**
     * A size from a process's {@code status}.
     *
     * @param name VmRSS or VmHWM
     */
    static double statusMib(ProcessHandle process, String name) {
        return read(Path.of("/proc", Long.toString(process.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1_024)
                .findFirst()
                .orElse(0);
    }

    /** Processor time of every process that runs now, in seconds. */
    static double everybodysSeconds() {
        return ProcessHandle.allProcesses().mapToDouble(ProcFs::cpuSeconds).sum();
    }

    /** Processor time that the host of this virtual machine gave to others, in seconds. */
    static double stolenSeconds() {
        String[] fields =
                read(Path.of("/proc/stat")).lines().findFirst().orElse("").split(" +");
        return fields.length > STOLEN ? Double.parseDouble(fields[STOLEN]) / TICKS_PER_SECOND : 0;
    }

    static String processorName() {
        return read(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException ended) {
            return "";
        }
    }
}
