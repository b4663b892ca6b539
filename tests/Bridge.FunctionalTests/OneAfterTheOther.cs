// These tests measure milliseconds and count resources of a whole process: side by side they would measure one another.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
