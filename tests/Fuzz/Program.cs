using PhoneBridge.Fuzz;

return FuzzRun.Start(args);
