Console.WriteLine("see README");
