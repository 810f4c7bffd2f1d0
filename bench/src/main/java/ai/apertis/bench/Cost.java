package ai.apertis.bench;

/**
 * Processor time spent in a phase, in seconds.
 *
 * @param target of the process under measurement; NaN when there is none
 * @param database of the gateway's embedded database; NaN when there is none
 * @param upstream of the mock provider
 * @param load of this process
 * @param others of every other process, which is noise
 * @param stolen by the host of a virtual machine, which is noise too
 * @param seconds how long the phase took
 */
record Cost(
        double target, double database, double upstream, double load, double others, double stolen, double seconds) {

    /** Reads every counter. */
    static Cost now(Target target, Stage stage) {
        double ofTarget =
                target.process() == null ? Double.NaN : target.process().cpuSeconds();
        Gateway gateway = stage.gateway();
        boolean behindGateway = gateway != null && gateway.process().equals(target.process());
        double ofDatabase = behindGateway ? gateway.databaseCpuSeconds() : Double.NaN;
        double ofUpstream = stage.upstream().cpuSeconds();
        double ofLoad = ProcFs.cpuSeconds(ProcessHandle.current());
        double known = zeroIfNone(ofTarget) + zeroIfNone(ofDatabase) + ofUpstream + ofLoad;
        return new Cost(
                ofTarget,
                ofDatabase,
                ofUpstream,
                ofLoad,
                ProcFs.everybodysSeconds() - known,
                ProcFs.stolenSeconds(),
                System.nanoTime() / 1e9);
    }

    /** What was spent since an earlier reading. */
    Cost since(Cost before) {
        return new Cost(
                target - before.target,
                database - before.database,
                upstream - before.upstream,
                load - before.load,
                others - before.others,
                stolen - before.stolen,
                seconds - before.seconds);
    }

    /** Processors that were taken by what is not part of this. */
    double noise() {
        return (others + stolen) / seconds;
    }

    private static double zeroIfNone(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
